package io.gatehouse.user;

import io.gatehouse.password.PasswordHash;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A row of {@code users}. Its roles are only to be read inside the transaction that loaded it. */
@Entity
@Table(name = "users")
class UserEntity implements StoredUser {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(updatable = false)
    private String name;

    private String passwordHash;

    private long credentialVersion;

    @ElementCollection(fetch = FetchType.LAZY)
    @CollectionTable(name = "user_roles", joinColumns = @JoinColumn(name = "user_id"))
    @Column(name = "role_name")
    private Set<String> roles = new HashSet<>();

    @Column(updatable = false)
    private Instant createdAt;

    private Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills the fields
    protected UserEntity() {}

    @SuppressWarnings("NullAway.Init") // the database gives the id
    UserEntity(String name, PasswordHash passwordHash) {
        this.name = name;
        this.passwordHash = passwordHash.encoded();
        this.credentialVersion = 1;
        this.createdAt = now();
        this.updatedAt = createdAt;
    }

    /** A user as another server had it. */
    UserEntity(UserRecord user) {
        this(user.userName(), user.passwordHash());
        this.roles.addAll(user.roles());
        this.createdAt = user.createdAt() == null ? createdAt : user.createdAt().truncatedTo(ChronoUnit.MICROS);
        this.updatedAt = user.updatedAt() == null ? createdAt : user.updatedAt().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public boolean isSame(UserRecord user) {
        return passwordHash.equals(user.passwordHash().encoded()) && roles.equals(Set.copyOf(user.roles()));
    }

    @Override
    public void replace(UserRecord user) {
        passwordHash = user.passwordHash().encoded();
        roles.retainAll(user.roles());
        roles.addAll(user.roles());
        markChanged();
    }

    void changePassword(PasswordHash newHash) {
        passwordHash = newHash.encoded();
        markChanged();
    }

    /** Takes a stronger hash of the same password. */
    void renewHash(PasswordHash renewed) {
        passwordHash = renewed.encoded();
    }

    /** Returns whether the user did not have the role. */
    boolean grant(String role) {
        return markChangedIf(roles.add(role));
    }

    /** Returns whether the user had the role. */
    boolean revoke(String role) {
        return markChangedIf(roles.remove(role));
    }

    @Override
    public long id() {
        return id;
    }

    String name() {
        return name;
    }

    PasswordHash passwordHash() {
        return new PasswordHash(passwordHash);
    }

    /** Grows with every change of the password or the roles; what remembers an older one is out of date. */
    long credentialVersion() {
        return credentialVersion;
    }

    /** When the credential version came about. */
    Instant updatedAt() {
        return updatedAt;
    }

    User toUser() {
        return new User(name, roles.stream().sorted().toList(), createdAt, updatedAt);
    }

    UserRecord toRecord() {
        return new UserRecord(name, List.copyOf(roles), passwordHash(), createdAt, updatedAt);
    }

    Set<String> roles() {
        return Set.copyOf(roles);
    }

    private boolean markChangedIf(boolean changed) {
        if (changed) {
            markChanged();
        }
        return changed;
    }

    private void markChanged() {
        credentialVersion++;
        updatedAt = now();
    }

    /** What both databases keep: a finer time would not be read back as it was written. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
