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
import java.util.Set;

/** A row of {@code users}. Its roles are only to be read inside the transaction that loaded it. */
@Entity
@Table(name = "users")
class UserEntity {

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

    void changePassword(PasswordHash newHash) {
        passwordHash = newHash.encoded();
        markChanged();
    }

    /** Returns whether the user did not have the role. */
    boolean grant(String role) {
        return markChangedIf(roles.add(role));
    }

    /** Returns whether the user had the role. */
    boolean revoke(String role) {
        return markChangedIf(roles.remove(role));
    }

    long id() {
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

    User toUser() {
        return new User(name, roles.stream().sorted().toList(), createdAt, updatedAt);
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
