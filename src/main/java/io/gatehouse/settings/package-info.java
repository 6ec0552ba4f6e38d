/**
 * Milvus' own settings files in Spring's environment.
 *
 * <p>Runs before anything else and hands on nothing but a property source: {@code MilvusConfig} finds the files, {@code
 * MilvusFile} finds Milvus' keys in each of its three shapes, {@code MilvusKey} says which keys there are and of which type. {@code
 * CommandLineSettings} refuses options that nobody reads. What a key means is settled by the module that binds it.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.gatehouse.settings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
