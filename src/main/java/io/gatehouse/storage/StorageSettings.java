package io.gatehouse.storage;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the embedded database lives.
 *
 * @param dataDirectory folder of the H2 file, for one process at a time; not used with PostgreSQL
 */
@ConfigurationProperties("gatehouse")
record StorageSettings(@DefaultValue("./data") Path dataDirectory) {}
