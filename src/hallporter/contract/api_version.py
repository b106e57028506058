"""API versions: dates that compare as text, and the undated one of the seed, older than all."""

from typing import NewType

ApiVersion = NewType("ApiVersion", str)

UNDATED = ApiVersion("")
V2021_02_05 = ApiVersion("2021-02-05")
V2024_10_01 = ApiVersion("2024-10-01")
V2025_04_10 = ApiVersion("2025-04-10")
V2025_11_10 = ApiVersion("2025-11-10")
V2026_05_12 = ApiVersion("2026-05-12")

DATED = (V2021_02_05, V2024_10_01, V2025_04_10, V2025_11_10, V2026_05_12)
NEWEST = DATED[-1]
