package io.gatehouse;

import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;

class RestV2H2IT extends UserAdministrationContract {

    RestV2H2IT() {
        super(TestDatabase.H2, RestV2::new);
    }
}
