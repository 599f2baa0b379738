"""Amounts in Chinese words, as cheques and contracts write them (人民币大写).

Source: the rules of the People's Bank of China for filling in bills (正确填写票据和结算凭证的基本规定). Where these
leave two forms open, one is fixed here: 整 is written after 角, and 零 stands between a zero of the 元 and the 角
(107000.53 is 壹拾万柒仟元零伍角叁分).
"""

from core.errors import Invalid
from core.i18n import _

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("仟", "佰", "拾", "")
GROUPS = ("亿", "万", "")
MOST = 10**12 * 100 - 1


def amount_in_words(fen: int) -> str:
    """The words of an amount from 0.00 to 999,999,999,999.99 yuan, with 人民币 before them. Raises Invalid."""
    if not 0 <= fen <= MOST:
        raise Invalid(_("An amount below zero, or of more than 12 digits, cannot be written in words."))
    if not fen:
        return "人民币零元整"
    yuan, cents = divmod(fen, 100)
    return "人民币" + (f"{_whole(yuan)}元" if yuan else "") + _cents(yuan, *divmod(cents, 10))


def _whole(number: int) -> str:
    """By groups of four digits. However many zeros stand between two digits, one 零 is said."""
    words, is_gap = "", False
    for at, unit in zip(range(0, 12, 4), GROUPS, strict=True):
        group = f"{number:012d}"[at : at + 4]
        for digit, place in zip(group, PLACES, strict=True):
            if digit == "0":
                is_gap = True
                continue
            words += ("零" if is_gap and words else "") + DIGITS[int(digit)] + place
            is_gap = False
        if group != "0000":
            words, is_gap = words + unit, False if group.endswith("0") else is_gap
    return words


def _cents(yuan: int, jiao: int, fen: int) -> str:
    if not jiao and not fen:
        return "整"
    gap = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    return gap + (f"{DIGITS[jiao]}角" if jiao else "") + (f"{DIGITS[fen]}分" if fen else "整")
