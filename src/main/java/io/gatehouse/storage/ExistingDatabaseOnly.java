package io.gatehouse.storage;

/**
 * As a bean, it asks for a database that a Gatehouse was started on before: what a command would find or change in a new one is
 * nothing, and the name of the folder was most likely wrong.
 */
public final class ExistingDatabaseOnly {}
