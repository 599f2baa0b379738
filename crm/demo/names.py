"""Invented names of people and companies, in both languages, the same for the same key."""

from crm.demo.chance import number, one_of
from crm.reference.kinds import Text

FAMILIES = (
    "温 Wen", "符 Fu", "岑 Cen", "骆 Luo", "甄 Zhen", "邝 Kuang", "冼 Xian", "卓 Zhuo", "司徒 Situ", "伍 Wu", "简 Jian",
    "招 Zhao", "游 You", "丘 Qiu", "蒙 Meng", "佘 She", "幸 Xing", "闻 Wen", "阮 Ruan", "祁 Qi", "湛 Zhan", "应 Ying",
)  # fmt: skip
FIRST = (
    "景 jing", "若 ruo", "思 si", "一 yi", "书 shu", "承 cheng", "知 zhi", "望 wang", "清 qing", "云 yun", "子 zi",
    "以 yi", "南 nan", "星 xing", "柏 bai", "亦 yi",
)  # fmt: skip
SECOND = (
    "舟 zhou", "澜 lan", "棠 tang", "川 chuan", "岚 lan", "衡 heng", "禾 he", "宁 ning", "洲 zhou", "桐 tong", "序 xu",
    "砚 yan", "峤 qiao", "霁 ji", "帆 fan", "朗 lang", "璟 jing", "蔚 wei",
)  # fmt: skip
HOUSE_FIRST = (
    "岑 Cen", "骊 Li", "翊 Yi", "珩 Heng", "湜 Shi", "峤 Qiao", "霁 Ji", "澍 Shu", "岫 Xiu", "滢 Ying", "璟 Jing",
    "榕 Rong", "桓 Huan", "砚 Yan", "棠 Tang", "舸 Ge", "陌 Mo", "萤 Ying", "岚 Lan",
)  # fmt: skip
HOUSE_SECOND = (
    "澜屿 lanyu", "岳屿 yueyu", "舟岭 zhouling", "川屿 chuanyu", "禾岭 heling", "砺屿 liyu", "衡屿 hengyu",
    "桥岭 qiaoling", "汀屿 tingyu", "帆岭 fanling", "序屿 xuyu", "星岭 xingling", "原屿 yuanyu", "辰屿 chenyu",
    "朗岭 langling", "丰屿 fengyu", "沐岭 muling",
)  # fmt: skip


def person(*key: object) -> Text:
    family, first, second = (one_of(pool, *key, at) for at, pool in enumerate((FAMILIES, FIRST, SECOND)))
    chinese, latin = zip(*(part.split() for part in (family, first, second)), strict=True)
    return Text(zh="".join(chinese), en=f"{latin[0]} {latin[1].title()}{latin[2]}")


def house(index: int) -> Text:
    """The proper name of the client of a serial number; the first 323 differ."""
    first = HOUSE_FIRST[index % len(HOUSE_FIRST)].split()
    second = HOUSE_SECOND[index % len(HOUSE_SECOND)].split()
    return Text(zh=first[0] + second[0], en=first[1] + second[1])


def spread(low: int, high: int, *key: object) -> int:
    """A whole number between the two, both included."""
    return low + number(*key, below=high - low + 1)
