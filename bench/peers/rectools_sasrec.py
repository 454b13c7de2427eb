"""RecTools' SASRec: python rectools_sasrec.py TASK.json

Settings: SASRecModel's own defaults where the data do not decide (2 blocks, softmax over all items, batch 128,
learning rate .001, Adam with betas .9 and .98, its key padding unmasked), with the width 64 and 2 heads of the other
programs; dropout .5 and length 50 are those of the SASRec paper for the Amazon sets (Kang and McAuley 2018, section
IV). Training is fit's, rankings are recommend's with filter_viewed.
"""

import copy
import sys

import pandas as pd
import pytorch_lightning as lightning
import rectools
import torch
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

import common
from common import K, Clock, Log, Report, Task


def dataset(log, part):
    """The histories before the targets of a part; the training's are those of the validation."""
    users, items, positions = [], [], []
    for user in log.sequences:
        for position, item in enumerate(log.history(user, part)):
            users.append(user)
            items.append(item)
            positions.append(position)
    return Dataset.construct(
        pd.DataFrame(
            {
                Columns.User: users,
                Columns.Item: items,
                Columns.Weight: 1.0,
                Columns.Datetime: pd.to_datetime(positions, unit="s"),
            }
        )
    )


def rank(model, data, log):
    """Every item for every user, items of the history taken out; {user: items, best first}."""
    table = model.recommend(users=list(log.sequences), dataset=data, k=K, filter_viewed=True)
    return table.groupby(Columns.User, sort=False)[Columns.Item].apply(list).to_dict()


class Watch(lightning.Callback):
    """Counts, validates after each epoch, and stops."""

    def __init__(self, task, log, settings):
        self.task = task
        self.events = log
        self.settings = settings
        self.model = None
        self.data = None
        self.report = None
        self.clock = None
        self.best = None
        self.end = "after %d epochs" % task.epochs
        self.is_cut = False

    def __deepcopy__(self, memo):
        return self  # fit copies its trainer

    def on_train_start(self, trainer, module):
        loader = self.model.data_preparator.get_dataloader_train()
        self.report = Report(
            self.task,
            self.events,
            {
                "rectools": rectools.__version__,
                "pytorch-lightning": lightning.__version__,
                "torch": torch.__version__,
            },
            self.settings,
            sum(p.numel() for p in module.parameters()),
            sum(int((batch["y"] != 0).sum()) for batch in loader),
        )
        self.clock = Clock(self.task)

    def on_train_epoch_start(self, trainer, module):
        self.clock.start()

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
        self.clock.targets += int((batch["y"] != 0).sum())
        if self.clock.is_up() and batch_idx + 1 < trainer.num_training_batches:
            self.is_cut = True
            trainer.should_stop = True

    def on_train_epoch_end(self, trainer, module):
        self.clock.stop()
        self.model.is_fitted = True
        number = len(self.report.tree["epochs"]) + 1
        ranked = rank(self.model, self.data, self.events)
        if self.report.epoch(number, not self.is_cut, self.clock, ranked):
            self.best = copy.deepcopy(module.state_dict())
        self.model.is_fitted = False
        module.train()
        if self.clock.is_up():
            self.end = "time"
            trainer.should_stop = True
        elif self.report.has_lost_patience():
            self.end = "patience"
            trainer.should_stop = True


def main(task):
    lightning.seed_everything(task.seed)
    log = Log(task.events)
    settings = {
        "n_blocks": 2,
        "n_heads": 2,
        "n_factors": 64,
        "dropout_rate": 0.5,
        "session_max_len": 50,
        "loss": "softmax",
        "lr": 0.001,
        "batch_size": 128,
    }
    watch = Watch(task, log, settings)
    trainer = lightning.Trainer(
        max_epochs=task.epochs,
        min_epochs=0,  # so that the first epoch can be cut too
        accelerator="cpu",
        devices=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[watch],
    )
    model = SASRecModel(**settings, get_trainer_func=lambda: trainer)
    watch.model = model
    watch.data = dataset(log, "validation")
    model.fit(watch.data)
    model.lightning_model.load_state_dict(watch.best)
    watch.report.finish(watch.end, rank(model, dataset(log, "test"), log))


if __name__ == "__main__":
    common.imported()
    asked = Task(sys.argv[1])
    torch.set_num_threads(asked.threads)
    main(asked)
