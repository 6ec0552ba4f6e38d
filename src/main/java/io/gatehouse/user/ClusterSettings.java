package io.gatehouse.user;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How replicas on one database learn of each other's changes.
 *
 * @param staleness how long a replica that missed a notification may accept a revoked token; 0 reads the database on every call
 */
@ConfigurationProperties("gatehouse.cluster")
record ClusterSettings(@DefaultValue("2s") Duration staleness) {}
