"""What Linux knows of processes: CPU time and memory, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")
_KIBIBYTE = 1024
# Fields of /proc/<pid>/stat after the command's closing parenthesis (proc(5)).
_PARENT, _USER, _SYSTEM = 1, 11, 12


def family(pid: int) -> list[int]:
    """Return the process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[_PARENT]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children.get(each, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Return the CPU time that living processes have used, user and system."""
    stats = [_stat(pid) for pid in pids]
    return sum(int(fields[_USER]) + int(fields[_SYSTEM]) for fields in stats if fields) / _TICKS


def machine_cpu_seconds() -> float:
    """Return the CPU time that the whole machine was busy since its start."""
    fields = [int(each) for each in (_PROC / "stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _waiting, irq, soft = fields[:7]
    return (user + nice + system + irq + soft) / _TICKS


def peak_megabytes(pids: list[int]) -> float:
    """Return the greatest resident size any of the processes ever had, MB."""
    peaks = [0.0]
    for pid in pids:
        try:
            lines = (_PROC / str(pid) / "status").read_text().splitlines()
        except OSError:
            continue
        peaks += [int(line.split()[1]) * _KIBIBYTE / 1e6 for line in lines if line.startswith("VmHWM:")]
    return round(max(peaks), 1)


def resident_megabytes(pid: int) -> float:
    """Return the resident size of a process now, MB; 0 for one that is gone."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * _PAGE / 1e6


def _stat(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
