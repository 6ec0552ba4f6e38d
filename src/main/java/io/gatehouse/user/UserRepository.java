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

    @Query("select u.name from UserEntity u where u.name > :after order by u.name")
    List<String> names(String after, Limit limit);

    /** Every kind of hash that is stored, as each hash of it begins. From one to the next it is one step in the index. */
    @Query(nativeQuery = true, value = """
                    with recursive kinds (kind) as (
                        select min(hash_kind) from users
                        union all
                        select (select hash_kind from users where hash_kind > kind order by hash_kind limit 1)
                            from kinds where kind is not null)
                    select kind from kinds where kind is not null
                    """)
    List<String> hashKinds();

    @Query("select u.name from UserEntity u join u.roles role where role = :role and u.name > :after order by u.name")
    List<String> namesByRole(String role, String after, Limit limit);
}
