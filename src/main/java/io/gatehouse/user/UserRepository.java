package io.gatehouse.user;

import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The queries on {@code users}. */
interface UserRepository extends Repository<UserEntity, Long> {

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

    /** Makes counting and inserting one step among all replicas, until the transaction ends. */
    default void lockCount() {
        lockByName(UserRules.ROOT);
    }

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

    @Modifying
    @Query("update UserEntity u set u.passwordHash = :renewed where u.id = :id and u.passwordHash = :compared")
    int renewHash(long id, String compared, String renewed);
}
