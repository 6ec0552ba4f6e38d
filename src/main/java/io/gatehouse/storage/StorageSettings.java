package io.gatehouse.storage;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the embedded database lives.
 *
 * @param dataDirectory the folder of the H2 file; made when absent; one process at a time. Not used with PostgreSQL
 */
@ConfigurationProperties("gatehouse")
record StorageSettings(@DefaultValue("./data") Path dataDirectory) {}
