package dev.nextact.evaluate.churn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PurchaseFeaturesTest {

    private static final Purchases CUSTOMER =
            new Purchases(new double[] {2, 4, 8, 9}, new double[] {10, 30, 20, 500});

    @Test
    void aRowByHand() {
        double[] row = PurchaseFeatures.at(CUSTOMER, 8);

        assertThat(row).hasSize(PurchaseFeatures.NAMES.size());
        assertThat(row[0]).isCloseTo(Math.log(3), within(1e-12));
        assertThat(row[1]).isEqualTo(0.75); // 6 of 8
        assertThat(row[2]).isZero(); // bought at the cut-off
        assertThat(row[4]).isCloseTo(1 / 3.0, within(1e-12)); // gaps 2 and 4: 1 about a mean of 3
        assertThat(row[5]).isEqualTo(1); // 8, not 4
        assertThat(row[6]).isEqualTo(1);
        assertThat(row[7]).isCloseTo(Math.log(61), within(1e-12));
        assertThat(row[9]).isEqualTo(1); // 20 of a mean of 20
    }

    @Test
    void laterPurchasesChangeNoRow() {
        Purchases other = new Purchases(new double[] {2, 4, 8, 8.5}, new double[] {10, 30, 20, 1});

        assertThat(PurchaseFeatures.at(other, 8)).isEqualTo(PurchaseFeatures.at(CUSTOMER, 8));
        assertThat(other.until(8)).isEqualTo(CUSTOMER.until(8));
    }

    @Test
    void aRowDoesNotDependOnTheUnitOfTime() {
        Purchases inDays =
                new Purchases(new double[] {14, 28, 56, 63}, new double[] {10, 30, 20, 500});

        assertThat(PurchaseFeatures.at(inDays, 56))
                .containsExactly(PurchaseFeatures.at(CUSTOMER, 8), within(1e-12));
    }

    @Test
    void aFirstPurchaseAtTheCutOffIsEnough() {
        for (double value : PurchaseFeatures.at(CUSTOMER, 2)) {
            assertThat(value).isFinite();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> CUSTOMER.until(1));
    }
}
