#!/usr/bin/env python3
"""How often a slip is corrected at once, how often a right question is touched, and what it costs.

    corrections.py --gongkai PROGRAM --archive DIR --corpus FILE.jsonl[.gz] [--slips 2000] [--seed 1] [--unihan DIR]

The corpus is what the archive was made from (the first --read documents of it are drawn from).  From phrases
of 4 to 8 Han characters that three documents or more have (--documents), one character is replaced:

    sound     by a homophone (toneless; the commonest reading of each, of the simplified characters of kHanyuPinlu)
    random    by any of the commonest 3,500 characters of the corpus
    correct   nothing is replaced
    apart     two words of one document, of 2 to 4 characters each, that stand side by side in no document:
              a right question all the same, which is to be left alone

A slip that stands in the archive itself is no slip and is left out.  For each slip the phrase is asked first,
then the slip, all in one process, and all of it twice, of which the shorter time counts; `cost` is what the slip took more than the phrase, as took_ms of both says.

One line a kind: the share that was run as it was meant (run), offered with what was meant at the first place
(first), offered behind another (offered), neither (none); and touched: anything else was run.
"""
import argparse
import bz2
import collections
import gzip
import itertools
import json
import os
import random
import re
import subprocess
import sys
import unicodedata

HAN = re.compile('[\u4e00-\u9fff]{4,}')
SHORT = re.compile('(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])')


def read_unihan(folder, name, field):
    path = os.path.join(folder, name)
    with bz2.open(path + '.bz2', 'rt', encoding='utf-8') if os.path.exists(path + '.bz2') else open(path, encoding='utf-8') as f:
        for line in f:
            part = line.rstrip('\n').split('\t')
            if len(part) == 3 and part[1] == field:
                yield chr(int(part[0][2:], 16)), part[2]


def homophones(folder):
    """{character: others of the same sound}; read here once more, not from the table under test."""
    heard = {}
    common = {c for c, _ in read_unihan(folder, 'Unihan_OtherMappings.txt', 'kTGH')}
    for c, readings in read_unihan(folder, 'Unihan_Readings.txt', 'kHanyuPinlu'):
        if c in common:
            first = unicodedata.normalize('NFD', readings.split('(')[0])
            heard[c] = ''.join(m for m in first if m == '\u0308' or not unicodedata.combining(m))
    groups = collections.defaultdict(list)
    for c, sound in sorted(heard.items()):
        groups[sound].append(c)
    return {c: [o for o in groups[sound] if o != c] for c, sound in heard.items()}


class Corpus:
    def __init__(self, path, most):
        opened = gzip.open(path, 'rt', encoding='utf-8') if path.endswith('.gz') else open(path, encoding='utf-8')
        with opened as f:
            texts = [one['title'] + '\n' + one['text'] for one in map(json.loads, itertools.islice(f, most))]
        self.runs = [r for r in (HAN.findall(t) for t in texts) if r]
        counts = collections.Counter()
        words = [sorted(set(SHORT.findall(t))) for t in texts]
        seen = collections.Counter(w for row in words for w in row)
        for text in texts:
            counts.update(text)
        # Whole runs between punctuation, which nobody cut at random.
        self.words = [row for row in ([w for w in row if seen[w] >= 3] for row in words) if len(row) >= 2]
        self.common = [c for c, _ in counts.most_common(4000) if '\u4e00' <= c <= '\u9fff'][:3500]

    def phrase(self, rng):
        while True:
            run = rng.choice(rng.choice(self.runs))
            n = rng.randint(4, 8)
            if len(run) >= n:
                at = rng.randint(0, len(run) - n)
                return run[at:at + n]

    def apart(self, rng):
        return ''.join(rng.sample(rng.choice(self.words), 2))


def slip(phrase, rng, others):
    places = [i for i, c in enumerate(phrase) if others(c)]
    if not places:
        return None
    at = rng.choice(places)
    to = rng.choice(others(phrase[at]))
    return phrase[:at] + to + phrase[at + 1:] if to != phrase[at] else None


def ask(args, questions, *options):
    lines = ''.join('%d\t%s\n' % (i, q) for i, q in enumerate(questions))
    done = subprocess.run([args.gongkai, 'search', '--archive', args.archive, '--batch', '-', '--json', '-n', '1', *options],
                          input=lines, capture_output=True, encoding='utf-8')
    if done.returncode != 0:
        sys.exit('corrections.py: %s' % done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def draw(args, corpus):
    """[(kind, what is typed, what is meant)], as many of each kind as asked."""
    rng = random.Random(args.seed)
    sounds = homophones(args.unihan)
    made = {'sound': [], 'random': [], 'correct': [], 'apart': []}
    while any(len(rows) < args.slips for rows in made.values()):
        drawn = []
        for _ in range(args.slips):
            phrase = corpus.phrase(rng)
            drawn.append(('sound', slip(phrase, rng, lambda c: sounds.get(c, [])), phrase))
            phrase = corpus.phrase(rng)
            drawn.append(('random', slip(phrase, rng, lambda c: corpus.common), phrase))
            phrase = corpus.phrase(rng)
            drawn.append(('correct', phrase, phrase))
            drawn.append(('apart', corpus.apart(rng), ''))
        drawn = [d for d in drawn if d[1]]
        typed = ask(args, [d[1] for d in drawn], '--literal')
        meant = ask(args, [d[2] or d[1] for d in drawn], '--literal')
        for d, t, m in zip(drawn, typed, meant):
            stands = m['total'] >= args.documents
            if {'correct': stands, 'apart': t['total'] == 0}.get(d[0], stands and t['total'] == 0):
                made[d[0]].append(d)
    return [d for rows in made.values() for d in rows[:args.slips]]


def judge(answer, meant):
    for notice in answer['notices']:
        if notice['code'] == 'corrected':
            return 'run' if notice['to'] == meant else 'touched'
        if notice['code'] == 'offered':
            texts = [c['text'] for c in notice['choices']]
            return 'first' if texts[0] == meant else 'offered' if meant in texts else 'none'
    return 'none'


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def report(kind, rows, show):
    """rows: (typed, meant, answer to the slip, answer to the phrase)."""
    made = collections.Counter(judge(a, meant) for _, meant, a, _ in rows)
    cost = [a['took_ms'] - p['took_ms'] for _, _, a, p in rows]
    plain = [p['took_ms'] for _, _, _, p in rows]
    print('%s\tn %d\t%s\tphrase ms p50 %.2f p95 %.2f\tcost ms p50 %.2f p95 %.2f'
          % (kind, len(rows), '\t'.join('%s %.4f' % (k, made[k] / len(rows)) for k in ('run', 'first', 'offered', 'none', 'touched')),
             percentile(plain, 0.5), percentile(plain, 0.95), percentile(cost, 0.5), percentile(cost, 0.95)))
    for typed, meant, a, _ in rows if show else []:
        if judge(a, meant) != 'run':
            print('   ', typed, meant, judge(a, meant), [(n.get('to'), [c['text'] for c in n.get('choices', [])]) for n in a['notices']])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    for name in ('gongkai', 'archive', 'corpus'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--slips', type=int, default=2000, help='of each kind')
    parser.add_argument('--read', type=int, default=4000, help='documents of the corpus to draw from')
    parser.add_argument('--documents', type=int, default=3, help='least documents that have a phrase')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--unihan', default='/usr/share/unicode')
    parser.add_argument('--show', help='print those of this kind that were not run as meant')
    args = parser.parse_args()
    questions = draw(args, Corpus(args.corpus, args.read))
    random.Random(args.seed).shuffle(questions)
    asked = [text for _, typed, meant in questions for text in (meant or typed, typed)]
    answers = ask(args, asked * 2)
    for first, again in zip(answers, answers[len(asked):]):
        first['took_ms'] = min(first['took_ms'], again['took_ms'])
    rows = collections.defaultdict(list)
    for i, (kind, typed, meant) in enumerate(questions):
        rows[kind].append((typed, meant, answers[2 * i + 1], answers[2 * i]))
    for kind in ('sound', 'random', 'correct', 'apart'):
        report(kind, rows[kind], kind == args.show)


main()
