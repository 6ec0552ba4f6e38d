package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who has room for a large answer. */
class AnswerMemoryTests {

    private static final String HERE = "192.0.2.1";
    private static final String THERE = "192.0.2.2";

    private final AnswerMemory memory = new AnswerMemory(100, Duration.ZERO);

    @Test
    void beginWhenAllIsTakenThenIsRefusedUntilAnAnswerEnds() {
        AnswerMemory.Answer first = memory.begin(HERE, 50);
        AnswerMemory.Answer second = memory.begin(THERE, 50);
        assertRefused(() -> memory.begin("192.0.2.3", 1), "too many large answers at once");

        second.close();
        second.close();
        first.resize(20);

        assertThat(memory.used()).isEqualTo(20);
        memory.begin("192.0.2.3", 80);
        assertRefused(() -> first.resize(21), "too many large answers at once");
        assertThat(memory.used()).isEqualTo(100);
    }

    @Test
    void beginWhenTheNetworkHasItsShareThenOthersHaveRoom() {
        AnswerMemory.Answer first = memory.begin(HERE, 50);
        assertRefused(() -> memory.begin(HERE, 1), "too many large answers at once");

        memory.begin(THERE, 50).close();
        first.close();
        memory.begin(HERE, 30);
        memory.begin(HERE, 20);
        assertRefused(() -> memory.begin(HERE, 1), "too many large answers at once");
    }

    @Test
    void beginWhenItIsTheOnlyAnswerOfItsNetworkThenMayTakeMoreThanAShare() {
        AnswerMemory.Answer only = memory.begin(HERE, 60);
        only.resize(100);
        only.close();
        memory.begin(THERE, 30);

        memory.begin(HERE, 70);

        assertThat(memory.used()).isEqualTo(100);
    }

    @Test
    void beginWhenTheAnswerIsLargerThanAllThenSaysWhichSettingIsInTheWay() {
        assertRefused(() -> memory.begin(HERE, 101), "the answer is larger than gatehouse.answers.memory allows");
        AnswerMemory.Answer growing = memory.begin(HERE, 1);
        assertRefused(() -> growing.resize(101), "the answer is larger than gatehouse.answers.memory allows");
        growing.close();

        assertThat(memory.used()).isZero();
    }

    @Test
    void beginWhenThereIsRoomSoonThenWaitsForIt() throws Exception {
        var patient = new AnswerMemory(100, Duration.ofMinutes(1));
        AnswerMemory.Answer first = patient.begin(HERE, 100);

        var second = CompletableFuture.supplyAsync(() -> patient.begin(THERE, 100));
        first.close();

        second.get(1, TimeUnit.MINUTES).close();
        assertThat(patient.used()).isZero();
    }

    private static void assertRefused(ThrowingCallable call, String sentence) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(call)
                .withMessage(sentence)
                .satisfies(refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.OVERLOADED);
                    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(1));
                });
    }
}
