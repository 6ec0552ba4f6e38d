/**
 * Where the users are kept: an embedded H2 file by default, PostgreSQL when {@code spring.datasource.url} names one.
 *
 * <p>This module only decides which database it is, explains at start what is wrong with it, and gets its connections back
 * after a fault. {@code PrivateFiles} is for each module that writes what other users of the machine may not read. The schema is
 * Flyway's, in {@code db/migration}; entities belong to the module that owns the data.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.gatehouse.storage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
