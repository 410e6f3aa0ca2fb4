"""How long do ten years of networks by month take from five million spells, and how much memory?

    python -m tests.benchmarks.networks

Spells lie in Parquet and are read, checked, joined into unbroken ones and counted in a process of
its own; 2.5 million people, 20 networks, two spells in five still open. The target is a minute and
2 GB of resident memory at the highest, for `wa.networks.participation` by month.

Measured on 2 cores, Linux, DuckDB 2.0, one run of each, with other work on both cores (which makes
wall clock longer than it is alone):

| part | load | wall clock | processor, in all | peak memory |
| --- | --- | --- | --- | --- |
| participation, settled in memory: 3.0 s, then 9.8 s | alone | 12.8 s | 23.7 s | 1,538 MB |
| participation: reading 5.3 s, measuring 20.9 s | 4 | 26.2 s | 19.2 s | 1,266 MB |
| participation: reading 15.6 s, measuring 63.5 s | 11 | 79.0 s | 24.3 s | 1,264 MB |
| reading 17.8 s, spells 41.1 s, stock 1.3 s, moves 5.4 s | 9 | 65.5 s | 24.4 s | 1,255 MB |
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from tests.benchmarks.memory import peak_megabytes

ROOT = Path(__file__).parents[2]
TARGET_SECONDS, TARGET_MEGABYTES = 60, 2048
PEOPLE, NETWORKS = 2_500_000, 20
FIRST, DAYS = "2015-04-01", 3652


def written(rows: int, folder: Path) -> Path:
    """Write spells as Parquet; nobody joins one network twice on a day."""
    made = folder / "members.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select any_value('Network ' || network) as network, md5(person) as person_id,
                    joined_on, any_value(left_on) as left_on, any_value(role) as role
                from (
                    select hash(i, 1) % {NETWORKS} as network,
                        (hash(i, 2) % {PEOPLE})::varchar as person,
                        date '{FIRST}' + (hash(i, 3) % {DAYS})::int as joined_on,
                        case when hash(i, 4) % 5 < 3 then least(
                            joined_on + (hash(i, 5) % 1500)::int,
                            date '{FIRST}' + {DAYS}
                        ) end as left_on,
                        case when hash(i, 6) % 4 = 0 then 'ally' else 'member' end as role
                    from range({rows}) as t(i)
                ) group by network, person, joined_on
            ) to '{made}' (format parquet)""")
    return made


def counted(path: Path) -> None:
    """Read and count, and print how long each part took, and the memory at the highest."""
    import workforce_analytics as wa
    from workforce_analytics.counting.memberships import memberships
    from workforce_analytics.counting.network_stock import moves, periods, stock

    print(f"imported, peak {peak_megabytes():,} MB")
    start = last = time.perf_counter()

    def told(what: str) -> None:
        nonlocal last
        now = time.perf_counter()
        print(f"{what}: {now - last:.1f} s, peak {peak_megabytes():,} MB", flush=True)
        last = now

    networks = {"network_members": wa.read("network_members", path)}
    told("read and checked")
    found = memberships(networks)
    told("unbroken spells")
    over = periods(found.first, found.last, "month")
    stock(found, over)
    told(f"stock of {len(over)} months")
    moves(found, over)
    told("moves")
    print(f"in all {last - start:.1f} s ({time.process_time():.1f} s of processor)")


def participation(path: Path) -> None:
    """Make the table of the measure, and print time and memory."""
    import workforce_analytics as wa

    start = time.perf_counter()
    networks = {"network_members": wa.read("network_members", path)}
    read = time.perf_counter()
    wa.networks.participation(networks, every="month")
    done = time.perf_counter()
    print(
        f"participation by month: reading {read - start:.1f} s, measuring {done - read:.1f} s, in "
        f"all {done - start:.1f} s ({time.process_time():.1f} s of processor), peak "
        f"{peak_megabytes():,} MB"
    )


def main() -> None:
    """Write spells once, and count them in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--part", choices=("counted", "participation"))
    parser.add_argument("--path", type=Path)
    chosen = parser.parse_args()
    if chosen.part:
        {"counted": counted, "participation": participation}[chosen.part](chosen.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = written(chosen.rows, Path(folder))
        for part in ("counted", "participation"):
            command = [sys.executable, "-m", __spec__.name, "--part", part, "--path", path]
            subprocess.run(command, cwd=ROOT, check=True)
    print(f"target: under {TARGET_SECONDS} s and {TARGET_MEGABYTES:,} MB on 2 cores")


if __name__ == "__main__":
    main()
