/**
 * Milvus' own settings files in Spring's environment.
 *
 * <p>Runs before anything else, and hands on nothing but property sources: each module binds the keys that it understands.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.gatehouse.settings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
