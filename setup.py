"""Build the optional compiled parts; without a compiler, Cython or lxml's headers the rest installs."""

from __future__ import annotations

import warnings

from setuptools import Extension, setup

_TRANSFORM = "src/mezhved/smev3/transform"
_PARTS = {
    "mezhved.gost._evp": [],
    "mezhved.smev3._tree": [],
    "mezhved.smev3.signature._plain": [],
    "mezhved.smev3.messages._walking": [],
    "mezhved.smev3.transform._compiled": [f"{_TRANSFORM}/_octets.pxd", f"{_TRANSFORM}/_escaping.pxd"],
}


def extensions() -> list[Extension]:
    """Return the extensions that this machine may be able to build."""
    try:
        import lxml  # noqa: PLC0415 - a build may lack it
        from Cython.Build import cythonize  # noqa: PLC0415
        from Cython.Compiler.Errors import CompileError  # noqa: PLC0415
    except ImportError as missing:
        warnings.warn(f"no compiled parts: {missing}", stacklevel=1)
        return []
    parts = [
        Extension(
            name,
            [f"src/{name.replace('.', '/')}.pyx"],
            include_dirs=lxml.get_include(),
            depends=depends,
            extra_compile_args=["-O3"],
        )
        for name, depends in _PARTS.items()
    ]
    try:
        made: list[Extension] = cythonize(parts, include_path=["src"], language_level=3, quiet=True)
    except CompileError as error:
        warnings.warn(f"no compiled parts: {error}", stacklevel=1)
        return []
    for part in made:
        part.optional = True  # cythonize forgets it where the template has it
    return made


setup(ext_modules=extensions(), exclude_package_data={"": ["*.c"]})
