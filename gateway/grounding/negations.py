"""How languages say no. Pure.

For what an ellipsis leaves out; everywhere else a word that is there or not is noticed in any language.
"""

import re
from typing import Final

_NO: Final = """
no not never none nor neither nobody nothing nowhere cannot without unless except hardly unable
nicht kein keine keinen keinem keiner keines nie niemals nichts ohne außer
ne pas jamais sans aucun aucune rien sauf
nunca jamás sin ningún ninguna ninguno nada nadie excepto tampoco
não sem nenhum nenhuma ninguém exceto
non mai senza nessun nessuno nessuna nulla
niet geen nooit niets zonder behalve
nu niciodată nimic nimeni niciun nicio fără
не ни нет нельзя никогда никто ничто ничего без кроме
ні немає ніколи ніхто нічого крім
nie nigdy nic nikt bez
ne není nikdy nikdo nic
inte ej aldrig ingen inget inga utan ikke aldri ingenting uten uden
ei emme ette eivät älä ilman
nem nincs soha semmi nélkül
δεν δε μη μην όχι ποτέ κανείς κανένας καμία κανένα τίποτα τίποτε χωρίς ούτε εκτός
değil yok asla hiç hiçbir olmadan
không chưa chẳng đừng ngoại trừ
tidak bukan jangan belum tanpa kecuali
לא אין בלי אל אף
لا ليس ليست لم لن ما غير بدون دون إلا سوى
نه نیست هرگز بدون
नहीं न मत ना बिना कभी सिवाय
না নয় নেই ছাড়া
안 못 아니다 없이
"""
NEGATIONS: Final = frozenset(_NO.split())
# The Arabic "and" and "so" are written on to the next word; the Turkish "not" stands within the verb.
_ARABIC: Final = re.compile(r"[وف](?:لا|ليس|ليست|لم|لن|ما|إلا)")
_TURKISH: Final = re.compile(
    r"\w{2,}(?:m[ae](?:z(?:lar|ler)?|d[ıi](?:m|n|k|lar|ler)?|m[ıi]ş(?:t[ıi])?|y?[ae]cak|y?[ae]cek|yan|yen)|m[ıiuü]yor\w*)"
)
# Where words have no spaces between them.
_WITHIN: Final = re.compile(
    "[不没沒無无非未勿莫別别除]|ない|なかっ|なく|ません|ずに|なし|以外|않|없|못|아니|제외|ไม่|มิได้|ไร้|ปราศจาก|ยกเว้น|อย่า|ບໍ່|មិន|គ្មាន|မ[^\\s]+ဘူး"
)
_WORD: Final = re.compile(r"[^\s.,;:!?()\"\[\]«»،؛।]+")


def is_no(word: str) -> bool:
    """Of those that no list can hold."""
    return word.endswith("n't")


def says_no(text: str) -> bool:
    """Somewhere in it, in any language: rather once too often."""
    if _WITHIN.search(text):
        return True
    return any(
        word in NEGATIONS or is_no(word) or _ARABIC.fullmatch(word) or _TURKISH.fullmatch(word)
        for word in _WORD.findall(text.lower())
    )
