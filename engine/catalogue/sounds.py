"""How a text sounds (汉语拼音), for those who type `lnbt` or `laonian` and mean 老年补贴."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTERS = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Sound:
    """`initials`: the first letter of each character. `endings`: the pinyin from each character on."""

    initials: str
    endings: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Sound:
        from pypinyin import lazy_pinyin  # takes a second; nothing but a search needs it

        syllables = [each for each in lazy_pinyin(text, errors="ignore") if each]
        return cls(
            "".join(each[0] for each in syllables), tuple("".join(syllables[place:]) for place in range(len(syllables)))
        )

    def fits(self, word: str) -> bool:
        """Whether the letters are its initials or its pinyin, from any character on."""
        return word in self.initials or any(each.startswith(word) for each in self.endings)


def is_pinyin(word: str) -> bool:
    """Whether it may be: two letters or more, and nothing else."""
    return _LETTERS.fullmatch(word) is not None
