"""The table of results: what was measured, the goals, and whether they were met."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """Collects and prints lines during the runs."""

    lines: list[str] = field(default_factory=list)
    goals: list[tuple[str, str, str, bool | None]] = field(default_factory=list)

    def heading(self, text: str) -> None:
        self.say(f"\n{text}")

    def say(self, text: str) -> None:
        self.lines.append(text)
        print(text, flush=True)

    def run(self, name: str, seen: dict[str, float]) -> None:
        failures = {key: seen[key] for key in ("refused", "lost", "twice", "wrong", "answered_twice") if seen.get(key)}
        self.say(
            f"  {name:<44}{seen['rate']:8.0f}{seen['p50']:9.1f}{seen['p95']:9.1f}{seen['p99']:9.1f}"
            f"{seen.get('cpu_per_1000', 0):10.2f}{seen.get('resident', 0):9.0f}"
            + (f"   {failures}" if failures else "")
        )

    def columns(self) -> None:
        self.say(f"  {'':<44}{'turns/s':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'CPU s/1k':>10}{'MiB':>9}")

    def goal(self, what: str, wished: str, measured: float | None, met: bool | None, unit: str = "") -> None:
        """`measured` is None if it could not be measured here."""
        self.goals.append((what, wished, "not measured" if measured is None else f"{measured:.2f}{unit}", met))

    def at_least(self, what: str, wished: float, measured: float | None, unit: str = "") -> None:
        self.goal(what, f">= {wished:g}{unit}", measured, None if measured is None else measured >= wished, unit)

    def at_most(self, what: str, wished: float, measured: float | None, unit: str = "") -> None:
        self.goal(what, f"<= {wished:g}{unit}", measured, None if measured is None else measured <= wished, unit)

    def verdict(self) -> None:
        self.heading("Goals")
        for what, wished, measured, met in self.goals:
            word = {True: "met", False: "NOT MET", None: "not measured"}[met]
            self.say(f"  {what:<58}{wished:>14}{measured:>16}   {word}")
