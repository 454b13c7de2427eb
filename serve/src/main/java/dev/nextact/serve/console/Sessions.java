package dev.nextact.serve.console;

import dev.nextact.serve.http.ApiKeys;
import dev.nextact.serve.http.Scope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is logged in. A session lives in memory, ends with the server, after {@link #LONGEST}, and
 * when its key is taken out of the file. Thread-safe.
 */
final class Sessions {

    /** A working day. */
    static final Duration LONGEST = Duration.ofHours(12);

    /** Beyond these the oldest ends: nobody can make the table grow. */
    private static final int MOST = 1000;

    private static final int TOKEN_BYTES = 32;

    private static final Set<Scope> ALL =
            Set.copyOf(EnumSet.of(Scope.READ, Scope.WRITE, Scope.ADMIN));

    private final Optional<ApiKeys> keys;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    private final Map<String, Session> byToken =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
                    return size() > MOST;
                }
            };

    /**
     * @param token in the cookie
     * @param csrf in every form that changes something
     * @param owner as the key's file names it; empty where there are no keys
     */
    record Session(
            String token,
            String csrf,
            String owner,
            Set<Scope> scopes,
            String keyHash,
            Instant began) {

        Session {
            scopes = Set.copyOf(scopes);
        }

        boolean may(Scope scope) {
            return scopes.contains(scope);
        }

        /** Compared in a time that tells nothing. */
        boolean isCsrf(String given) {
            return MessageDigest.isEqual(
                    csrf.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Session[" + owner + "]";
        }
    }

    Sessions(Optional<ApiKeys> keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Whether a key must be shown. */
    boolean needKey() {
        return keys.isPresent();
    }

    /** A session for whoever holds a key, with what the key may do. */
    Optional<Session> logIn(String key) {
        return keys.orElseThrow()
                .owner(key)
                .map(owner -> begin(owner.id(), owner.scopes(), ApiKeys.hash(key)));
    }

    /** Where there are no keys everybody on this machine may do everything. */
    Session open() {
        return begin("", ALL, "");
    }

    private synchronized Session begin(String owner, Set<Scope> scopes, String keyHash) {
        Session session = new Session(token(), token(), owner, scopes, keyHash, clock.instant());
        byToken.put(session.token(), session);
        return session;
    }

    /** The session of a token, if it still lives, with what its key may do now. */
    synchronized Optional<Session> find(String token) {
        Session session = byToken.get(token);
        if (session == null) {
            return Optional.empty();
        }
        Optional<ApiKeys.Owner> owner = keys.flatMap(k -> k.ownerOfHash(session.keyHash()));
        if (session.began().plus(LONGEST).isBefore(clock.instant())
                || (keys.isPresent() && owner.isEmpty())) {
            byToken.remove(token);
            return Optional.empty();
        }
        return Optional.of(
                owner.map(
                                now ->
                                        new Session(
                                                token,
                                                session.csrf(),
                                                now.id(),
                                                now.scopes(),
                                                session.keyHash(),
                                                session.began()))
                        .orElse(session));
    }

    synchronized void logOut(String token) {
        byToken.remove(token);
    }

    private String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
