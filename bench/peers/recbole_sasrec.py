"""RecBole's SASRec: python recbole_sasrec.py TASK.json

Settings: RecBole's own defaults, properties/model/SASRec.yaml (width 64, inner 256, 2 layers, 2 heads, both
dropouts .5, gelu, CE over all items) and properties/overall.yaml (Adam, learning rate .001, batch 2,048, an early
stop after 10 epochs), with its default length of 50. The split is its own, LS valid_and_test in the order of time.
Its training is its own Trainer's, epoch by epoch.
"""

import copy
import os
import sys

import recbole
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed

import common
from common import K, Clock, Log, Report, Task

NAME = "beauty"


class TimeUp(Exception):
    pass


class Counted:
    """A loader that counts targets and raises when the time is up."""

    def __init__(self, loader, clock):
        self.loader = loader
        self.clock = clock
        self.shuffle = loader.shuffle

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        for batch in self.loader:
            if self.clock.is_up():
                raise TimeUp()
            yield batch
            self.clock.targets += len(batch)


def write_atomic(log, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / (NAME + ".inter"), "w") as file:
        file.write("user_id:token\titem_id:token\ttimestamp:float\n")
        for user, items in log.sequences.items():
            for position, item in enumerate(items):
                file.write("%s\t%s\t%d\n" % (user, item, position))


def rank(model, dataset, loader, log, part):
    """Every item for every user, items of the history taken out; {user: items, best first}."""
    tokens = dataset.field2id_token
    ids = {token: i for i, token in enumerate(tokens["item_id"])}
    ranked = {}
    model.eval()
    with torch.no_grad():
        for interaction, _, _, _ in loader:
            scores = model.full_sort_predict(interaction)
            scores[:, 0] = -torch.inf
            users = [str(tokens["user_id"][i]) for i in interaction["user_id"].tolist()]
            for row, user in enumerate(users):
                scores[row, [ids[item] for item in log.history(user, part)]] = -torch.inf
            best = torch.topk(scores, K, dim=1).indices.tolist()
            for user, items in zip(users, best):
                ranked[user] = [str(tokens["item_id"][i]) for i in items]
    return ranked


def main(task):
    log = Log(task.events)
    os.chdir(task.out)  # RecBole writes its logs where it is
    write_atomic(log, task.out / "data" / NAME)
    settings = {
        "loss_type": "CE",
        "train_neg_sample_args": None,
        "MAX_ITEM_LIST_LENGTH": 50,
        "train_batch_size": 2048,
        "eval_batch_size": 512,
        "learning_rate": 0.001,
        "eval_args": {"split": {"LS": "valid_and_test"}, "group_by": "user", "order": "TO", "mode": "full"},
    }
    own = {
        "data_path": str(task.out / "data"),
        "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
        "use_gpu": False,
        "seed": task.seed,
        "show_progress": False,
        "state": "WARNING",
    }
    config = Config(model="SASRec", dataset=NAME, config_dict={**settings, **own})
    init_seed(task.seed, True)
    dataset = create_dataset(config)
    train, validation, test = data_preparation(config, dataset)
    init_seed(task.seed, True)
    model = get_model("SASRec")(config, train._dataset)
    trainer = get_trainer(config["MODEL_TYPE"], "SASRec")(config, model)
    for key in ("hidden_size", "inner_size", "n_layers", "n_heads", "hidden_dropout_prob", "attn_dropout_prob"):
        settings[key] = config[key]
    report = Report(
        task,
        log,
        {"recbole": recbole.__version__, "torch": torch.__version__},
        settings,
        sum(p.numel() for p in model.parameters()),
        len(train._dataset),
    )

    clock = Clock(task)
    best = copy.deepcopy(model.state_dict())
    end = "after %d epochs" % task.epochs
    for epoch in range(1, task.epochs + 1):
        whole = True
        clock.start()
        try:
            trainer._train_epoch(Counted(train, clock), epoch - 1)
        except TimeUp:
            whole = False
        clock.stop()
        if report.epoch(epoch, whole, clock, rank(model, dataset, validation, log, "validation")):
            best = copy.deepcopy(model.state_dict())
        if clock.is_up():
            end = "time"
            break
        if report.has_lost_patience():
            end = "patience"
            break
    model.load_state_dict(best)
    report.finish(end, rank(model, dataset, test, log, "test"))


if __name__ == "__main__":
    common.imported()
    asked = Task(sys.argv.pop())  # RecBole's Config reads what is left
    torch.set_num_threads(asked.threads)
    main(asked)
