package io.gatehouse.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a start does when the database is not there yet.
 *
 * @param startTimeout how long a start tries to reach PostgreSQL; 0: once
 */
@ConfigurationProperties("gatehouse.storage")
record StartSettings(@DefaultValue("60s") Duration startTimeout) {}
