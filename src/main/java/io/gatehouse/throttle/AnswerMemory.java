package io.gatehouse.throttle;

import io.gatehouse.address.Network;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds what large answers take in memory, on all faces together, from the first row that is read for one until its client has it. A network
 * has half of it, but always room for one answer. An answer that does not fit waits a little for others to end, and is refused then.
 */
public final class AnswerMemory {

    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);

    private final long most;
    private final Duration longestWait;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final Map<String, Long> byNetwork = new HashMap<>();
    private long used;

    /**
     * Begins without any answers.
     *
     * @param most the most bytes of all answers together
     * @param longestWait how long an answer may wait for room
     */
    public AnswerMemory(long most, Duration longestWait) {
        this.most = most;
        this.longestWait = longestWait;
    }

    /**
     * Begins an answer; waits for room when there is none.
     *
     * @param network as {@link Network} names it
     * @param bytes how many bytes the answer takes, about
     * @throws ProblemException {@link Problem#OVERLOADED}
     */
    public Answer begin(String network, long bytes) {
        var answer = new Answer(network);
        answer.take(bytes, longestWait);
        return answer;
    }

    /** Returns how many bytes all answers take now. */
    public long used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }

    private static ProblemException refused(String sentence) {
        return new ProblemException(Problem.OVERLOADED, sentence).withRetryAfter(BEFORE_NEXT_TRY);
    }

    /** What one answer takes, until it is closed. */
    public final class Answer implements AutoCloseable {

        private final String network;
        private long bytes;
        private boolean closed;

        private Answer(String network) {
            this.network = network;
        }

        /**
         * Corrects how many bytes the answer takes. When they are more than before, and there is no room, the answer is refused at once:
         * answers that wait for each other would all wait in vain.
         *
         * @throws ProblemException {@link Problem#OVERLOADED}
         */
        public void resize(long newBytes) {
            take(newBytes - bytes, Duration.ZERO);
        }

        /** Gives everything back. May be called more than once. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    add(-bytes);
                }
            } finally {
                lock.unlock();
            }
        }

        private void take(long more, Duration wait) {
            lock.lock();
            try {
                if (bytes + more > most) {
                    throw refused("the answer is larger than gatehouse.answers.memory allows");
                }
                long left = wait.toNanos();
                while (!fits(more)) {
                    if (left <= 0) {
                        throw refused("too many large answers at once");
                    }
                    left = freed.awaitNanos(left);
                }
                add(more);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw refused("too many large answers at once");
            } finally {
                lock.unlock();
            }
        }

        private boolean fits(long more) {
            long ofNetwork = byNetwork.getOrDefault(network, 0L);
            boolean only = ofNetwork == bytes;
            return more <= 0 || (used + more <= most && (only || ofNetwork + more <= most / 2));
        }

        private void add(long more) {
            used += more;
            bytes += more;
            byNetwork.merge(network, more, Long::sum);
            byNetwork.remove(network, 0L);
            if (more < 0) {
                freed.signalAll();
            }
        }
    }
}
