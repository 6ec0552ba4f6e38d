package io.gatehouse.storage;

import io.gatehouse.testing.TestDatabase;

class ConcurrencyH2IT extends ConcurrencyContract {

    ConcurrencyH2IT() {
        super(TestDatabase.H2);
    }
}
