package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionSystemException;

/** What becomes of a call whose connection is lost. */
class UserStoreTests {

    private final UserRepository users = mock();
    private final PlatformTransactionManager transactions = mock();
    private final UserStore store = new UserStore(users, mock(), mock(), transactions);

    @Test
    void namesWhenTheConnectionIsLostThenAreReadOnAnother() {
        when(users.names(any(), any())).thenThrow(lost()).thenThrow(lost()).thenReturn(List.of("root"));

        assertThat(store.names()).containsExactly("root");
    }

    @Test
    void namesWhenTheConnectionIsLostBeforeTheCommitThenAreReadOnAnother() {
        when(users.names(any(), any())).thenReturn(List.of("root"));
        doThrow(new TransactionSystemException("lost"))
                .doNothing()
                .when(transactions)
                .commit(any());

        assertThat(store.names()).containsExactly("root");
    }

    @Test
    void namesWhenEveryConnectionIsLostThenTheDatabaseDoesNotAnswer() {
        when(users.names(any(), any())).thenThrow(lost());

        assertUnavailable(store::names);
        verify(users, times(4)).names(any(), any());
    }

    @Test
    void namesWhenThereIsNoConnectionThenNobodyWaitsForItTwice() {
        when(transactions.getTransaction(any())).thenThrow(new CannotCreateTransactionException("none", lost()));

        assertUnavailable(store::names);
        verify(transactions).getTransaction(any());
    }

    @Test
    void namesWhenThereAreManyThenAreReadAPageAtATimeAsTheyAreTaken() {
        List<String> first =
                IntStream.range(0, 1000).mapToObj("user_%04d"::formatted).toList();
        when(users.names(eq(""), any())).thenReturn(first);
        when(users.names(eq("user_0999"), any())).thenReturn(List.of("user_1000"));

        Iterator<String> names = store.names().iterator();
        for (String name : first) {
            assertThat(names.next()).isEqualTo(name);
        }
        verify(users).names(any(), any());

        assertThat(names.next()).isEqualTo("user_1000");
        assertThat(names.hasNext()).isFalse();
        verify(users, times(2)).names(any(), any());
    }

    @Test
    void grantRoleWhenTheConnectionIsLostThenIsNotDoneTwice() {
        when(users.lockByName("user_1")).thenThrow(lost());

        assertUnavailable(() -> store.grantRole(mock(), "user_1", "admin"));
        verify(users).lockByName("user_1");
    }

    private static void assertUnavailable(Supplier<Object> call) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(call::get)
                .extracting(ProblemException::problem)
                .isEqualTo(Problem.STORAGE_UNAVAILABLE);
    }

    private static DataAccessResourceFailureException lost() {
        return new DataAccessResourceFailureException("lost");
    }
}
