"""Cut the package's chart fonts out of Debian's fonts-noto-cjk: Noto Sans SC, two weights, GBK repertoire.

Run once after `apt install fonts-noto-cjk`, from the project's folder: `python scripts/build_fonts.py`.
The result is committed, so charts show Chinese after `pip install` alone.
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).resolve().parents[1] / "lib" / "shopbook" / "report" / "fonts"
FAMILY = "Noto Sans SC"
# What charts write and GBK lacks: direction marks, ranges, signs, a few accented letters of brand names.
EXTRA = "−–—…•▲▼■△▽●○◆◇★☆✓✔✕✗⚠←→↑↓≈≠≤≥±×÷√∞¥€£$©®™°µ²³½¼¾«»„‹›ñçüéèêáàâäöôóòíìúùûßøåæœ"


def gbk_repertoire() -> set[int]:
    """Every character of GBK, plus Latin-1 and EXTRA, as code points."""
    two_bytes = (bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    gbk = (pair.decode("gbk", errors="ignore") for pair in two_bytes)
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180))))
    return {ord(char) for text in (*gbk, latin, EXTRA) for char in text}


def simplified_face(collection: Path) -> TTFont:
    """The face `Noto Sans CJK SC` of a font collection."""
    for face in TTCollection(str(collection), lazy=True).fonts:
        if face["name"].getDebugName(1).startswith("Noto Sans CJK SC"):
            return face
    raise SystemExit(f"{collection} holds no Noto Sans CJK SC")


def cut(face: TTFont) -> None:
    """Keep the repertoire only; hints and vertical metrics are of no use to outlines drawn as paths."""
    options = Options(hinting=False, layout_features=["kern"], notdef_outline=True, name_languages=[0x409])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14]  # 0, 7, 13, 14: copyright, trademark, licence
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GDEF"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=gbk_repertoire())
    subsetter.subset(face)


def rename(face: TTFont, style: str) -> None:
    """Call the subset Noto Sans SC; copyright, trademark and licence records stay as they are."""
    plain = FAMILY.replace(" ", "")
    names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"{plain}-{style}"}
    for record in list(face["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
        elif record.nameID in (16, 17, 18, 25):
            face["name"].removeNames(nameID=record.nameID)
    top = face["CFF "].cff
    top.fontNames = [names[6]]
    top[0].FamilyName, top[0].FullName = FAMILY, names[4]


def main() -> None:
    """Write both fonts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCE, help="folder of NotoSansCJK-*.ttc")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder to write to")
    chosen = parser.parse_args()
    for style in ("Regular", "Bold"):
        face = simplified_face(chosen.source / f"NotoSansCJK-{style}.ttc")
        cut(face)
        rename(face, style)
        # Without this the file would carry the time it was built and never be the same twice.
        face.recalcTimestamp = False
        path = chosen.target / f"NotoSansSC-{style}.otf"
        face.save(path)
        print(f"{path.name}: {len(face.getBestCmap())} characters, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
