/**
 * What Milvus' own faces share: the code and the text of each problem, as Milvus 2.6 gives them.
 *
 * <p>The faces are nested modules. Paths, envelopes and RPCs belong to them.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "problem")
package io.gatehouse.milvus;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
