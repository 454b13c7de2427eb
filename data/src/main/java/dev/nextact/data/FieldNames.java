package dev.nextact.data;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What logs call their columns. For each field of the config the names it goes by, the surest
 * first, in lower case and without blanks, dashes and underscores.
 */
final class FieldNames {

    /** A name that only ends as a known one is a weaker sign than any known name. */
    private static final int ENDING = 1000;

    /** Shorter endings are chance: a "product_type" is no behaviour. */
    private static final int LEAST_ENDING = 5;

    private static final Map<String, List<String>> NAMES =
            Map.of(
                    "user",
                    names(
                            "userid shopperid customerid visitorid clientid memberid buyerid uid user"
                                    + " shopper customer visitor client member buyer userpseudoid"
                                    + " customernumber customerno anonymousid deviceid cookieid reviewerid"
                                    + " kundennummer kundenid 用户id 用户"),
                    "item",
                    names(
                            "itemid productid skuid articleid goodsid productcode itemcode stockcode"
                                    + " parentasin asin sku item product article goods productsku"
                                    + " variantid contentid artikelnummer artikelid 商品id 商品"),
                    "behaviour",
                    names(
                            "behaviour behavior eventtype behaviourtype behaviortype actiontype event"
                                    + " eventname action activity interaction interactiontype type"
                                    + " 行为类型 行为"),
                    "time",
                    names(
                            "eventtime timestamp eventtimestamp actiontime datetime time ts createdat"
                                    + " occurredat orderdate invoicedate purchasedate ordertime"
                                    + " transactiondate eventdate unixtime unixreviewtime date day datum"
                                    + " 时间戳 时间 日期"),
                    "category",
                    names(
                            "categorycode category categoryid categoryname cat catid itemcategory"
                                    + " productcategory categorypath department kategorie 类目id 类目"),
                    "brand",
                    names("brand brandname brandid manufacturer vendor marke 品牌"),
                    "price",
                    names(
                            "price unitprice itemprice productprice saleprice amount revenue value"
                                    + " total preis 价格"),
                    "quantity",
                    names(
                            "quantity qty itemquantity productquantity orderqty pieces units"
                                    + " unitssold menge anzahl 数量"),
                    "session",
                    names(
                            "usersession sessionid session visitid basketid orderid invoiceno"
                                    + " invoiceid invoice transactionid"),
                    "text",
                    names("title productname itemname description name producttitle"));

    private FieldNames() {}

    private static List<String> names(String text) {
        return List.of(text.split(" "));
    }

    /**
     * @return how sure a column's name means a field, 0 = surest, or -1 where it does not
     */
    static int rank(String field, String column) {
        String name = plain(column);
        List<String> names = NAMES.getOrDefault(field, List.of());
        int exact = names.indexOf(name);
        if (exact >= 0) {
            return exact;
        }
        for (int i = 0; i < names.size(); i++) {
            String known = names.get(i);
            if (known.length() >= LEAST_ENDING && name.endsWith(known)) {
                return ENDING + i;
            }
        }
        return -1;
    }

    /** Whether a text is the very name of some field's column. */
    static boolean isKnown(String column) {
        String name = plain(column);
        return NAMES.values().stream().anyMatch(names -> names.contains(name));
    }

    /** {@code "User-ID"} → {@code "userid"}. */
    private static String plain(String column) {
        StringBuilder text = new StringBuilder();
        column.toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
