"""What both peers share: the log, the split, rankings as files, and the clock that stops a training."""

import gzip
import json
import math
import os
import resource
import sys
import time
from pathlib import Path

K = 10


class Task:
    """One run of a peer, as bench/run peers asks for it in a JSON file."""

    def __init__(self, file):
        asked = json.loads(Path(file).read_text())
        self.events = Path(asked["events"])
        self.out = Path(asked["out"])
        self.seed = int(asked["seed"])
        self.threads = int(asked["threads"])
        self.minutes = float(asked["minutes"])
        self.epochs = int(asked["epochs"])
        self.patience = int(asked["patience"])


class Log:
    """The events of each user in order; the last is the test, the last but one the validation."""

    def __init__(self, file):
        rows = {}
        with gzip.open(file, "rt") as lines:
            assert next(lines).strip() == "user_id,item_id,timestamp", "not the expected columns"
            for line in lines:
                user, item, position = line.strip().split(",")
                rows.setdefault(user, []).append((int(position), item))
        self.sequences = {user: [item for _, item in sorted(events)] for user, events in rows.items()}

    def history(self, user, part):
        """What is known before the target of a part."""
        return self.sequences[user][: -2 if part == "validation" else -1]

    def target(self, user, part):
        return self.sequences[user][-2 if part == "validation" else -1]

    def ndcg(self, ranked, part):
        """ndcg@10 of {user: items, best first}, over all users: only to stop early by.

        The table's figures are worked out from the files by nextact's own evaluator.
        """
        total = 0.0
        for user, items in ranked.items():
            if self.target(user, part) in items:
                total += 1 / math.log2(items.index(self.target(user, part)) + 2)
        return total / len(self.sequences)


class Clock:
    """Counts the seconds, processor seconds and targets of training alone, and knows when the time is up."""

    def __init__(self, task):
        self.deadline = time.perf_counter() + 60 * task.minutes
        self.seconds = 0.0
        self.processor_seconds = 0.0
        self.targets = 0
        self._since = (0.0, 0.0)

    def start(self):
        self._since = (time.perf_counter(), time.process_time())

    def stop(self):
        self.seconds += time.perf_counter() - self._since[0]
        self.processor_seconds += time.process_time() - self._since[1]

    def is_up(self):
        """By everything since the start, validations too."""
        return time.perf_counter() > self.deadline


class Report:
    """report.json, written anew after each epoch, and the rankings beside it."""

    def __init__(self, task, log, versions, settings, parameters, targets):
        self.task = task
        self.log = log
        self.best = -1.0
        self.best_epoch = 0
        self.tree = {
            "versions": {"python": sys.version.split()[0], **versions},
            "settings": settings,
            "parameters": parameters,
            "targets_per_epoch": targets,
            "resident_bytes_after_imports": IMPORTED_BYTES,
            "end": "",
            "epochs": [],
        }

    def epoch(self, number, whole, clock, ranked):
        """A validation after an epoch, or after as much of one as there was time for.

        Returns whether it is the best so far.
        """
        self.write_ranking("validation-%d" % number, ranked)
        score = self.log.ndcg(ranked, "validation")
        self.tree["epochs"].append(
            {
                "epoch": number,
                "whole": whole,
                "seconds": clock.seconds,
                "processor_seconds": clock.processor_seconds,
                "targets": clock.targets,
            }
        )
        better = score > self.best
        if better:
            self.best, self.best_epoch = score, number
        self.save()
        print("epoch %d: %.1f s of training, validation ndcg@10 %.4f" % (number, clock.seconds, score), flush=True)
        return better

    def has_lost_patience(self):
        return len(self.tree["epochs"]) - self.best_epoch >= self.task.patience

    def finish(self, end, ranked):
        """How it ended, and the test ranked by the weights of the best epoch."""
        self.write_ranking("test", ranked)
        self.tree["end"] = end
        self.save()

    def write_ranking(self, name, ranked):
        lines = ["%s\t%s\n" % (user, " ".join(items)) for user, items in ranked.items()]
        (self.task.out / (name + ".tsv")).write_text("".join(lines))

    def save(self):
        new = self.task.out / "report.json.new"
        new.write_text(json.dumps(self.tree, indent=1))
        os.replace(new, self.task.out / "report.json")


def resident_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


IMPORTED_BYTES = 0


def imported():
    """Says that all libraries are loaded and nothing else is."""
    global IMPORTED_BYTES
    IMPORTED_BYTES = resident_bytes()
