package io.gatehouse.user;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How replicas on one database learn of each other's changes.
 *
 * @param staleness the longest time for which a replica may still accept what another one revoked when it did not hear of it;
 *     0 asks the database on every call
 */
@ConfigurationProperties("gatehouse.cluster")
record ClusterSettings(@DefaultValue("2s") Duration staleness) {}
