/**
 * Why a request is refused: the closed vocabulary of every face.
 *
 * <p>A rule that refuses throws a {@link io.gatehouse.problem.ProblemException} whose text it writes itself; a face
 * catches it and translates the {@link io.gatehouse.problem.Problem.Kind} with its own table, a {@code switch} without
 * {@code default}, so that a new kind does not compile until each face has mapped it. A new problem of a known kind changes a face
 * only where its protocol has a word for it. HTTP statuses, Milvus codes and wire formats do not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.gatehouse.problem;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
