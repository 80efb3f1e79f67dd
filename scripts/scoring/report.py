# SPDX-License-Identifier: Apache-2.0
"""The figures of a score, as Markdown."""


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def expected_of(one):
    """The verdict where it is right; else the answer whose removal helps most."""
    return one["verdict"] if one["verdict"] in one["right"] else one["right"][0]


def matrix(judged):
    expected = sorted({expected_of(one) for one in judged})
    said = expected + sorted({one["verdict"] for one in judged} - set(expected))
    lines = [row(["right answer", *said]), row(["---"] + ["---:"] * len(said))]
    for kind in expected:
        counts = [sum(expected_of(one) == kind and one["verdict"] == verdict for one in judged) for verdict in said]
        lines.append(row([f"`{kind}`", *(count or "" for count in counts)]))
    return lines


def rates(judged):
    total = len(judged)
    lines = [row(["", "scenarios", "share"]), row(["---", "---:", "---:"])]
    for outcome in ("right", "undecided", "wrong"):
        count = sum(one["outcome"] == outcome for one in judged)
        lines.append(row([outcome, count, f"{100 * count / total:.1f} %"]))
    count = sum(one["confident_wrong"] for one in judged)
    lines.append(row(["wrong, and sure of it", count, f"{100 * count / total:.1f} %"]))
    findings = sorted({one["proof"] for one in judged if one["proof"]})
    for finding in findings:
        count = sum(one["proof"] == finding for one in judged)
        lines.append(row([f"proof: {finding}", count, f"{100 * count / total:.1f} %"]))
    return lines


def mistakes(judged):
    return [f"{one['name']}: {one['outcome']}, says {one['verdict']} ({100 * one['share']:.0f} %), right: {', '.join(one['right'])} (by {one['by']}; "
            f"planted: {', '.join(one['planted']) or 'nothing'}; left without it: {', '.join(f'{left:.2f}' for left in one['left'])}; "
            f"proof: {one['proof']}). {one['sentence']}"
            for one in judged if one["outcome"] != "right"]
