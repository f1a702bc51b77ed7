"""How the demonstration's assortment is written down: families of products that differ in size."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIZES = {
    "anthracite": ("anthrazit", "炭灰色"),
    "battery": ("Akku", "电池供电"),
    "black": ("schwarz", "黑色"),
    "blue": ("blau", "蓝色"),
    "calibration of a measuring tool": ("Kalibrierung eines Messmittels", "量具校准"),
    "ceiling": ("Decke", "吸顶"),
    "clear": ("klar", "透明"),
    "combination": ("Kombi", "钢丝钳"),
    "deep": ("tief", "深"),
    "drawers": ("Schubladen", "抽屉"),
    "dust class": ("Staubklasse", "防尘等级"),
    "edition": ("Ausgabe", "版"),
    "green/yellow": ("grün/gelb", "黄绿色"),
    "grey": ("grau", "灰色"),
    "high": ("hochfest", "高强度"),
    "impact": ("Schlag", "冲击"),
    "inspection lamp": ("Inspektionsleuchte", "检修灯"),
    "long nose": ("Flachrund", "尖嘴钳"),
    "medium": ("mittelfest", "中强度"),
    "open frame": ("offener Rahmen", "开放式尺架"),
    "orange": ("orange", "橙色"),
    "over glasses": ("Überbrille", "可罩眼镜"),
    "pcs": ("Stück", "件"),
    "pole": ("Pol", "极"),
    "poles": ("Pole", "极"),
    "sharpening of a saw blade": ("Schärfen eines Sägeblatts", "锯片研磨"),
    "sheets": ("Blatt", "张"),
    "side cutting": ("Seitenschneider", "斜口钳"),
    "size": ("Größe", "尺码"),
    "solo": ("ohne Akku", "不含电池"),
    "stand": ("Stativ", "支架"),
    "technician": ("Techniker", "技术员"),
    "tools": ("Werkzeugen", "件工具"),
    "transparent": ("transparent", "透明"),
    "wall": ("Wand", "壁挂"),
    "water pump": ("Wasserpumpen", "水泵钳"),
    "white": ("weiß", "白色"),
    "with": ("mit", "含"),
    "valve": ("Ventil", "呼吸阀"),
    "yellow": ("gelb", "黄色"),
}
_WORDS = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(_SIZES, key=len, reverse=True)))


def _said(size: str) -> tuple[str, str]:
    """A size in German, with its decimal comma, and in Chinese."""
    german = re.sub(r"(?<=\d)\.(?=\d)", ",", _WORDS.sub(lambda match: _SIZES[match[0]][0], size))
    return german, _WORDS.sub(lambda match: _SIZES[match[0]][1], size)


@dataclass(frozen=True, slots=True)
class Words:
    """One name in the three languages."""

    en: str
    de: str
    zh: str

    def texts(self, size: str = "") -> dict[str, str]:
        """The name as a translated field takes it, with the size behind it."""
        if not size:
            return {"": self.en, "de": self.de, "zh_Hans": self.zh}
        german, chinese = _said(size)
        return {"": f"{self.en} {size}", "de": f"{self.de} {german}", "zh_Hans": f"{self.zh} {chinese}"}


@dataclass(frozen=True, slots=True)
class Family:
    """Products of one name: `sizes` gives for each the end of its article number, its size and its list price.

    `unit` is a UN/ECE code, `pack` the quantity it is sold in, `kg` the weight of the first size, `tax` the rate.
    """

    category: str
    sku: str
    name: Words
    sizes: tuple[tuple[str, str, str], ...]
    about: Words | None = None
    unit: str = "H87"
    pack: int = 1
    kg: str = "0.2"
    kind: str = "goods"
    tax: str = "19"


CATEGORIES: dict[str, tuple[str | None, Words]] = {
    "tools": (None, Words("Tools", "Werkzeuge", "工具")),
    "hand": ("tools", Words("Hand tools", "Handwerkzeuge", "手动工具")),
    "power": ("tools", Words("Power tools", "Elektrowerkzeuge", "电动工具")),
    "cutting": ("tools", Words("Drilling and cutting", "Bohren und Trennen", "钻孔与切割")),
    "measuring": ("tools", Words("Measuring", "Messtechnik", "测量工具")),
    "fasteners": (None, Words("Fasteners", "Befestigung", "紧固件")),
    "screws": ("fasteners", Words("Screws and bolts", "Schrauben", "螺钉与螺栓")),
    "anchors": ("fasteners", Words("Anchors", "Dübel", "锚栓")),
    "electrical": (None, Words("Electrical", "Elektro", "电气")),
    "cables": ("electrical", Words("Cables and wires", "Kabel und Leitungen", "电缆与电线")),
    "installation": ("electrical", Words("Installation material", "Installationsmaterial", "安装材料")),
    "lighting": ("electrical", Words("Lighting", "Beleuchtung", "照明")),
    "workplace": (None, Words("Workplace", "Betriebsbedarf", "工作场所")),
    "safety": ("workplace", Words("Safety at work", "Arbeitsschutz", "劳动防护")),
    "storage": ("workplace", Words("Storage and furniture", "Lager und Einrichtung", "仓储与家具")),
    "chemicals": ("workplace", Words("Adhesives and chemicals", "Klebstoffe und Chemie", "胶粘剂与化学品")),
    "cleaning": ("workplace", Words("Cleaning", "Reinigung", "清洁用品")),
    "services": (None, Words("Services", "Dienstleistungen", "服务")),
}
