package io.gatehouse;

import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;

class RestV2PostgresIT extends UserAdministrationContract {

    RestV2PostgresIT() {
        super(TestDatabase.POSTGRES, RestV2::new);
    }
}
