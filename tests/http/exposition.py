"""The text format of Prometheus, read strictly: what it allows and a careful scraper would still refuse is an error here too.

parse(text) gives {(name, ((label, value), …)): number} and {family: type}; raises ValueError with the line."""
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|Inf|NaN)")


def sample(line):
    m = NAME.match(line)
    if not m:
        raise ValueError(line)
    name, rest, labels = m.group(), line[m.end():], []
    if rest.startswith("{"):
        rest = rest[1:]
        while not rest.startswith("}"):
            m = LABEL.match(rest)
            if not m:
                raise ValueError(line)
            labels.append((m.group(1), m.group(2)))
            rest = rest[m.end():]
            if rest.startswith(","):
                rest = rest[1:]
            elif not rest.startswith("}"):
                raise ValueError(line)
        rest = rest[1:]
    if not rest.startswith(" ") or not NUMBER.fullmatch(rest[1:]):
        raise ValueError(line)
    if len(dict(labels)) != len(labels):
        raise ValueError("a label twice: " + line)
    return name, tuple(labels), float(rest[1:])


def family_of(name, types):
    for end in ("_bucket", "_sum", "_count"):
        if name.endswith(end) and types.get(name[:-len(end)]) == "histogram":
            return name[:-len(end)]
    return name


def check_histogram(family, values):
    buckets = [(dict(labels)["le"], v) for (name, labels), v in values.items() if name == family + "_bucket"]
    counts = [v for _, v in buckets]
    if [float(le) for le, _ in buckets] != sorted(float(le) for le, _ in buckets) or buckets[-1][0] != "+Inf":
        raise ValueError(family + ": the buckets are not in order, up to +Inf")
    if counts != sorted(counts) or counts[-1] != values[(family + "_count", ())] or (family + "_sum", ()) not in values:
        raise ValueError(family + ": the buckets do not add up")


def parse(text):
    values, types, helped, done, family = {}, {}, set(), set(), None
    if not text.endswith("\n"):
        raise ValueError("the last line does not end")
    for line in text[:-1].split("\n"):
        if line.startswith("# "):
            _, what, name, rest = line.split(" ", 3)
            if what == "HELP" and name not in helped and rest:
                helped.add(name)
            elif what == "TYPE" and rest in ("counter", "gauge", "histogram") and name not in types and name in helped:
                types[name] = rest
            else:
                raise ValueError(line)
            continue
        name, labels, number = sample(line)
        if family_of(name, types) != family:
            done.add(family)
            family = family_of(name, types)
        if family not in types or family in done or (name, labels) in values:
            raise ValueError("no type, not together, or twice: " + line)
        if types[family] == "counter" and (not name.endswith("_total") or number < 0):
            raise ValueError("no counter: " + line)
        values[(name, labels)] = number
    for family, kind in types.items():
        if kind == "histogram":
            check_histogram(family, values)
    return values, types
