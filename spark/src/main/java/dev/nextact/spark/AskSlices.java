package dev.nextact.spark;

import dev.nextact.core.EventLog;
import dev.nextact.data.Slice;
import dev.nextact.predict.AnswerTally;
import dev.nextact.predict.Histories;
import dev.nextact.predict.HistoryBlocks;
import dev.nextact.predict.ShopperQuestion;
import dev.nextact.predict.Shoppers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.CollectionAccumulator;

/** A task: the shoppers of its one slice in, their answers out. */
final class AskSlices implements FlatMapFunction<Iterator<Slice>, Row> {

    private static final long serialVersionUID = 1L;

    private final OpenOnExecutor.Place place;
    private final ShopperQuestion<?> question;
    private final CollectionAccumulator<SliceTally> tallies;

    /**
     * @param tallies takes one for each slice; of a task that is repeated Spark counts one attempt
     */
    AskSlices(
            OpenOnExecutor.Place place,
            ShopperQuestion<?> question,
            CollectionAccumulator<SliceTally> tallies) {
        this.place = place;
        this.question = question;
        this.tallies = tallies;
    }

    @Override
    public Iterator<Row> call(Iterator<Slice> slices) {
        return new Answers<>(question, slices.next());
    }

    /** The rows of a slice, made block by block as they are taken. */
    private final class Answers<T> implements Iterator<Row> {
        private final ShopperQuestion<T> question;
        private final Slice slice;
        private final ShopperQuestion.Answerer<T> answerer;
        private final Iterator<Histories> blocks;
        private final Deque<Row> rows = new ArrayDeque<>();
        private AnswerTally tally = AnswerTally.NONE;
        private boolean isToldOf;

        Answers(ShopperQuestion<T> question, Slice slice) {
            OpenOnExecutor open = OpenOnExecutor.of(place);
            EventLog log = open.prepared().read(slice);
            this.question = question;
            this.slice = slice;
            this.answerer = question.answerer(open.models());
            this.blocks =
                    HistoryBlocks.of(open.models().bundle(), Optional.of(log), new Shoppers.All())
                            .iterator();
        }

        @Override
        public boolean hasNext() {
            while (rows.isEmpty() && blocks.hasNext()) {
                tally =
                        tally.plus(
                                answerer.answer(
                                        blocks.next(),
                                        answer ->
                                                rows.add(RowFactory.create(question.row(answer)))));
            }
            if (rows.isEmpty() && !isToldOf) {
                isToldOf = true;
                tallies.add(new SliceTally(slice.first(), tally));
            }
            return !rows.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return rows.remove();
        }
    }
}
