package io.gatehouse.user;

import jakarta.persistence.LockModeType;
import jakarta.persistence.QueryHint;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.repository.Repository;

/** The queries on {@code users}. */
interface UserRepository extends Repository<UserEntity, Long> {

    /** Hibernate's {@code Timeouts.SKIP_LOCKED}, in milliseconds. */
    String SKIP_LOCKED = "-2";

    UserEntity saveAndFlush(UserEntity user);

    UserEntity save(UserEntity user);

    void flush();

    void delete(UserEntity user);

    long count();

    boolean existsByName(String name);

    @EntityGraph(attributePaths = "roles")
    Optional<UserEntity> findByName(String name);

    @EntityGraph(attributePaths = "roles")
    Optional<UserEntity> findById(long id);

    /** Locks the row until the transaction ends, so that changes of one user happen one after the other. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select u from UserEntity u where u.name = :name")
    Optional<UserEntity> lockByName(String name);

    /** Locks the row as {@link #lockByName} does; finds nobody when somebody else has it locked ({@code skip locked}). */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @QueryHints(@QueryHint(name = "jakarta.persistence.lock.timeout", value = SKIP_LOCKED))
    @Query("select u from UserEntity u where u.id = :id")
    Optional<UserEntity> lockUnlessLocked(long id);

    /** Makes counting and inserting one step among all replicas, until the transaction ends. */
    default void lockCount() {
        lockByName(UserRules.ROOT);
    }

    @EntityGraph(attributePaths = "roles")
    List<UserEntity> findByNameIn(Collection<String> names);

    /** Locks the rows until the transaction ends, in the order of their names. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select u from UserEntity u where u.name in :names order by u.name")
    List<UserEntity> lockByNames(Collection<String> names);

    List<UserEntity> findByNameGreaterThanOrderByName(String after, Limit limit);

    @Query("select u.name from UserEntity u order by u.name")
    List<String> names();

    /** One of the hashes with each of the costs; 15 characters are <code>{bcrypt}$2a$10$</code>. */
    @Query("select max(u.passwordHash) from UserEntity u where u.passwordHash like '{bcrypt}%'"
            + " group by substring(u.passwordHash, 1, 15)")
    List<String> bcryptHashOfEachCost();

    @Query("select u.name from UserEntity u join u.roles role where role = :role order by u.name")
    List<String> namesByRole(String role);
}
