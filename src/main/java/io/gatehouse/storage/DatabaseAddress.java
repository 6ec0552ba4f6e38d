package io.gatehouse.storage;

import org.springframework.core.env.Environment;

/** Where the database is, for an operator. */
final class DatabaseAddress {

    private DatabaseAddress() {}

    /** Returns the database's address without its parameters and user, which may hold a password. */
    static String of(Environment environment) {
        String url = environment.getProperty("spring.datasource.url", "");
        return url.isEmpty()
                ? environment.getProperty("gatehouse.data-directory", "./data")
                : url.replaceFirst("[?;].*", "").replaceFirst("//[^/@]*@", "//");
    }
}
