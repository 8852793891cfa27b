"""`mezhved smev3 transform`: the octets that SMEV 3 signs, of files and pipes."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from mezhved.smev3.transform import signed_octets
from mezhved.smev3.xml import FILE_LIMITS, parse
from mezhved.texts import MezhvedError, Text

_OUTPUT_LIMIT = 2**30
_STDIN = "-"


@click.command(
    short_help=str(Text(ru="Байты, которые подписывает СМЭВ 3.", en="The octets that SMEV 3 signs.")),
    help=str(
        Text(
            ru="Преобразовать XML-документ так, как его подписывает СМЭВ 3 "
            "(exc-c14n без комментариев, затем urn://smev-gov-ru/xmldsig/transform). "
            "FILE — документ, корень которого — подписываемый элемент; «-» — стандартный ввод.",
            en="Turn an XML document into the octets that SMEV 3 signs "
            "(exc-c14n without comments, then urn://smev-gov-ru/xmldsig/transform). "
            "FILE is a document whose root is the signed element; '-' is the standard input.",
        )
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--out-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help=str(
        Text(
            ru="каталог, куда записать по файлу <имя>.out на каждый FILE",
            en="the folder for one file <name>.out of every FILE",
        )
    ),
)
@click.pass_context
def transform(context: click.Context, files: tuple[str, ...], out_dir: Path | None) -> None:
    """Write the octets; exit with 1 and the reasons on standard error when a document has none."""
    _check_usage(files, out_dir)
    failed = False
    for name in files:
        try:
            octets = _transformed(name)
            if out_dir is None:
                click.echo(octets, nl=False)
            else:
                out_dir.mkdir(parents=True, exist_ok=True)
                (out_dir / f"{Path(name).name}.out").write_bytes(octets)
        except (MezhvedError, OSError) as error:
            click.echo(f"{name}: {error}", err=True)
            failed = True
    if failed:
        context.exit(1)


def _check_usage(files: tuple[str, ...], out_dir: Path | None) -> None:
    if out_dir is None:
        if len(files) > 1:
            raise click.UsageError(
                str(
                    Text(
                        ru="несколько файлов: укажите --out-dir",
                        en="there are several files: give --out-dir",
                    )
                )
            )
        return
    if _STDIN in files:
        raise click.UsageError(
            str(
                Text(
                    ru="у стандартного ввода нет имени: уберите --out-dir",
                    en="the standard input has no name: leave out --out-dir",
                )
            )
        )
    name, times = Counter(Path(file).name for file in files).most_common(1)[0]
    if times > 1:
        raise click.UsageError(
            str(Text(ru=f"имя {name} встречается дважды", en=f"the name {name} occurs twice"))
        )


def _transformed(name: str) -> bytes:
    octets = sys.stdin.buffer.read() if name == _STDIN else Path(name).read_bytes()
    return signed_octets(parse(octets, FILE_LIMITS), _OUTPUT_LIMIT)
