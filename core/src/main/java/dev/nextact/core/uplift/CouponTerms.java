package dev.nextact.core.uplift;

/**
 * What an outcome brings and a contact costs, in one currency. An outcome y (a purchase, or an
 * amount) of one who was contacted brings y · (margin − coupon) − contact, else y · margin.
 *
 * @param margin of an outcome, above 0
 * @param coupon given with each outcome of one who was contacted, at least 0
 * @param contact whatever comes of it, at least 0
 */
public record CouponTerms(double margin, double coupon, double contact) {

    /** Where only outcomes count: the gain is the uplift itself. */
    public static final CouponTerms FREE = new CouponTerms(1, 0, 0);

    public CouponTerms {
        if (!(margin > 0) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException("margin: expected above 0, found " + margin);
        }
        check("coupon", coupon);
        check("contact-cost", contact);
    }

    private static void check(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + ": expected 0 or more, found " + value);
        }
    }

    /**
     * What contacting one brings more than leaving alone.
     *
     * @param with the expected outcome with the coupon
     * @param without the same without
     */
    public double gain(double with, double without) {
        return with * (margin - coupon) - contact - without * margin;
    }

    /** What contacting one is expected to cost. */
    public double cost(double with) {
        return contact + coupon * with;
    }

    /** By how much a gain says that the outcome rises. */
    public double uplift(double gain, double with) {
        return (gain + cost(with)) / margin;
    }
}
