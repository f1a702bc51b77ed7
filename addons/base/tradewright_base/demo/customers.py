"""The customers of the demonstration: invented companies. Their VAT numbers only pass the check digits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A delivery address."""

    name: str
    street: str
    zip: str
    city: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact: its login is its e-mail address, where it has one in the portal."""

    name: str
    position: str
    mailbox: str
    language: str | None = None
    portal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """A company account."""

    name: str
    domain: str
    country: str
    language: str
    vat: str | None
    street: str
    zip: str
    city: str
    people: tuple[Person, ...]
    sites: tuple[Site, ...] = ()


BUYER = ("b2b_portal.buyer",)
MANAGER = ("b2b_portal.buyer", "b2b_portal.manager")

CUSTOMERS = (
    Customer(
        "Brightworks Facilities B.V.",
        "brightworks.example",
        "NL",
        "en",
        "NL877909477B01",
        "Wilhelminakade 88",
        "3072 AR",
        "Rotterdam",
        (
            Person("Sanne de Vries", "Purchasing", "buyer", "en", BUYER),
            Person("Joost Bakker", "Head of operations", "joost", "en", MANAGER),
        ),
        (
            Site("Brightworks, Dock 4", "Waalhaven Zuidzijde 21", "3089 JH", "Rotterdam"),
            Site("Brightworks, Schiphol workshop", "Folkstoneweg 5", "1118 LM", "Schiphol"),
        ),
    ),
    Customer(
        "Petersen Elektrotechnik GmbH",
        "petersen-elektro.example",
        "DE",
        "de",
        "DE302255229",
        "Borsigstraße 14",
        "22765",
        "Hamburg",
        (
            Person("Katrin Petersen", "Geschäftsführerin", "katrin", "de", MANAGER),
            Person("Jan Möller", "Einkauf", "einkauf", "de", BUYER),
        ),
        (Site("Petersen, Lager Altona", "Schnackenburgallee 41", "22525", "Hamburg"),),
    ),
    Customer(
        "Yangtze Industrial Service GmbH",
        "yangtze-service.example",
        "DE",
        "zh_Hans",
        "DE371795161",
        "Speicherstraße 3",
        "60327",
        "Frankfurt am Main",
        (
            Person("李薇", "采购经理", "liwei", "zh_Hans", BUYER),
            Person("Tobias Krämer", "Werkstattleiter", "kraemer", "de"),
        ),
        (Site("Yangtze Service, Halle 2", "Lahnstraße 70", "60326", "Frankfurt am Main"),),
    ),
    Customer(
        "Autohaus Lindner KG",
        "lindner-autohaus.example",
        "DE",
        "de",
        "DE377944047",
        "Kieler Straße 230",
        "24536",
        "Neumünster",
        (Person("Dirk Lindner", "Inhaber", "dirk", "de"),),
    ),
    Customer(
        "Stadtwerke Elmenhof",
        "stadtwerke-elmenhof.example",
        "DE",
        "de",
        "DE305473752",
        "Am Wasserturm 1",
        "25335",
        "Elmshorn",
        (
            Person("Petra Sommer", "Materialwirtschaft", "materialwirtschaft", "de"),
            Person("Uwe Brandt", "Netzbetrieb", "netz", "de"),
        ),
        (Site("Stadtwerke Elmenhof, Betriebshof", "Industrieweg 9", "25337", "Elmshorn"),),
    ),
    Customer(
        "Maschinenbau Osterholt GmbH & Co. KG",
        "osterholt.example",
        "DE",
        "de",
        "DE396365806",
        "Gewerbering 22",
        "49393",
        "Lohne",
        (Person("Silke Osterholt", "Einkaufsleitung", "einkauf", "de"),),
        (Site("Osterholt, Werk 2", "Daimlerstraße 4", "49393", "Lohne"),),
    ),
    Customer(
        "Tischlerei Averbeck",
        "averbeck-tischlerei.example",
        "DE",
        "de",
        "DE361485568",
        "Dorfstraße 31",
        "27412",
        "Tarmstedt",
        (Person("Henning Averbeck", "Meister", "werkstatt", "de"),),
    ),
    Customer(
        "Klinikum Försterallee gGmbH",
        "klinikum-foersterallee.example",
        "DE",
        "de",
        "DE349931919",
        "Försterallee 50",
        "28213",
        "Bremen",
        (
            Person("Miriam Kaya", "Zentraleinkauf", "zentraleinkauf", "de"),
            Person("Bernd Holst", "Haustechnik", "haustechnik", "de"),
        ),
        (Site("Klinikum, Warenannahme", "Försterallee 52, Tor B", "28213", "Bremen"),),
    ),
    Customer(
        "Solarbau Nordmark GmbH",
        "solarbau-nordmark.example",
        "DE",
        "de",
        "DE369656164",
        "Energiepark 7",
        "25813",
        "Husum",
        (Person("Finn Carstensen", "Projektleiter", "projekte", "de"),),
        (Site("Baustelle Solarfeld Hattstedt", "Kirchenweg 40", "25856", "Hattstedt"),),
    ),
    Customer(
        "Bauhof Reinfeld",
        "bauhof-reinfeld.example",
        "DE",
        "de",
        None,
        "Feldstraße 12",
        "23858",
        "Reinfeld",
        (Person("Anke Voss", "Leitung", "bauhof", "de"),),
    ),
    Customer(
        "Van der Meer Techniek B.V.",
        "vandermeer-techniek.example",
        "NL",
        "en",
        "NL946750175B01",
        "Industrieweg 45",
        "7202 CA",
        "Zutphen",
        (Person("Pieter van der Meer", "Owner", "pieter", "en"),),
    ),
    Customer(
        "Kaasjager Scheepsbouw N.V.",
        "kaasjager.example",
        "NL",
        "en",
        "NL534988660B01",
        "Havenstraat 3",
        "3372 BC",
        "Hardinxveld-Giessendam",
        (Person("Lotte Kaasjager", "Purchasing", "inkoop", "en"),),
        (Site("Kaasjager, Helling 2", "Havenstraat 17", "3372 BC", "Hardinxveld-Giessendam"),),
    ),
    Customer(
        "Ateliers Rousseau SARL",
        "ateliers-rousseau.example",
        "FR",
        "en",
        "FR53395499213",
        "18 rue des Fondeurs",
        "59000",
        "Lille",
        (Person("Camille Rousseau", "Achats", "achats", "en"),),
    ),
    Customer(
        "Maintenance Industrielle du Rhin SAS",
        "mir-maintenance.example",
        "FR",
        "en",
        "FR45238833217",
        "4 quai du Bassin",
        "67100",
        "Strasbourg",
        (Person("Julien Schmitt", "Responsable achats", "julien", "en"),),
        (Site("MIR, Dépôt Port du Rhin", "22 rue de Dunkerque", "67000", "Strasbourg"),),
    ),
    Customer(
        "Gruber Anlagenbau GmbH",
        "gruber-anlagen.example",
        "AT",
        "de",
        "ATU32297092",
        "Salzachstraße 8",
        "5020",
        "Salzburg",
        (Person("Theresa Gruber", "Einkauf", "einkauf", "de"),),
    ),
    Customer(
        "Alpentechnik Steiner e.U.",
        "alpentechnik-steiner.example",
        "AT",
        "de",
        "ATU05562425",
        "Bergweg 2",
        "6020",
        "Innsbruck",
        (Person("Lukas Steiner", "Inhaber", "lukas", "de"),),
    ),
    Customer(
        "Havnens Værksted ApS",
        "havnens-vaerksted.example",
        "DK",
        "en",
        "DK89580544",
        "Nordhavnsvej 11",
        "8000",
        "Aarhus",
        (Person("Mette Kjær", "Indkøb", "indkob", "en"),),
    ),
    Customer(
        "Sønderby Vind A/S",
        "sonderby-vind.example",
        "DK",
        "en",
        "DK33975155",
        "Møllevej 60",
        "6700",
        "Esbjerg",
        (Person("Rasmus Holm", "Service manager", "service", "en"),),
        (Site("Sønderby Vind, Østhavnen", "Østre Havnevej 5", "6700", "Esbjerg"),),
    ),
    Customer(
        "Warsztat Kowalczyk Sp. z o.o.",
        "warsztat-kowalczyk.example",
        "PL",
        "en",
        "PL4928615434",
        "ul. Portowa 15",
        "70-001",
        "Szczecin",
        (Person("Agnieszka Kowalczyk", "Zakupy", "zakupy", "en"),),
    ),
    Customer(
        "Bergbahn Service Zürich AG",
        "bergbahn-service.example",
        "CH",
        "de",
        "CHE016059039MWST",
        "Talstrasse 77",
        "8001",
        "Zürich",
        (Person("Reto Ammann", "Leiter Technik", "technik", "de"),),
    ),
)
