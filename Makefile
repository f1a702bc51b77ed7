# The scripts in bin/, listed; each also runs alone and takes options (`bin/test --long`, `bin/demo --port 8080`).
.PHONY: demo test check bench new-addon messages lock setup

demo:      ; bin/demo       # serve a site with demo data
test:      ; bin/test       # run all tests
check:     ; bin/check      # linters, type checkers, layers, budgets
bench:     ; bin/bench order-to-cash
new-addon: ; bin/new-addon  # write the skeleton of an addon
messages:  ; bin/messages update
lock:      ; bin/lock       # lock the dependencies again
setup:     ; bin/setup      # what the others call first
