package io.gatehouse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import jakarta.persistence.Entity;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;
import org.springframework.transaction.annotation.Transactional;

/** The package tree is the architecture: the arrows and habits that every module keeps. */
@AnalyzeClasses(packages = "io.gatehouse", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule noFieldInjection = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule oneConstructor = noConstructors().should().beAnnotatedWith(Autowired.class);

    @ArchTest
    static final ArchRule noOtherLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    /** But for a command, whose standard streams are its face. */
    @ArchTest
    static final ArchRule noPrinting =
            noClasses().that().resideOutsideOfPackage("io.gatehouse.command").should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule noNamesThatSayNothing = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common|Base)")
            .orShould()
            .resideInAnyPackage("..config..", "..util..", "..common..", "..dto..", "..model..", "..service..");

    /** Two replicas' clocks differ: what decides whether a token still holds counts versions and asks the monotonic clock. */
    @ArchTest
    static final ArchRule noClockDecidesWhatIsStillValid = noClasses()
            .that()
            .resideInAPackage("io.gatehouse.cluster")
            .or()
            .haveSimpleNameStartingWith("CurrentUsers")
            .or()
            .haveSimpleNameStartingWith("VerifiedTokens")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Instant.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** They would have no effect: {@link GatehouseApplication} leaves out what obeys them. */
    @ArchTest
    static final ArchRule transactionsAreBegunInCode = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(Transactional.class.getName())
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(jakarta.transaction.Transactional.class.getName());

    @ArchTest
    static final ArchRule entitiesStayInTheirModule =
            classes().that().areAnnotatedWith(Entity.class).should().bePackagePrivate();

    @ArchTest
    static final ArchRule noSetters = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(Entity.class)
            .should()
            .haveNameMatching("set[A-Z].*");

    @ArchTest
    static final ArchRule callersAreMadeWhereTokensAreProven = constructors()
            .that()
            .areDeclaredInClassesThat()
            .areAssignableTo(Caller.class)
            .should()
            .onlyBeCalled()
            .byClassesThat()
            .resideInAnyPackage("io.gatehouse.caller", "io.gatehouse.user", "io.gatehouse.authentication");

    @ArchTest
    static final ArchRule unrestrictedCallersAreMadeByAuthentication = noClasses()
            .that()
            .resideOutsideOfPackages("io.gatehouse.user", "io.gatehouse.authentication")
            .should()
            .callMethod(Caller.class, "unrestricted", Client.class);

    @ArchTest
    static final ArchRule operatorsAreMadeByCommands = noClasses()
            .that()
            .resideOutsideOfPackage("io.gatehouse.command")
            .should()
            .callMethod(Caller.class, "operator", String.class);

    @ArchTest
    static final ArchRule facesOfferNothing = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.gatehouse.api",
                    "io.gatehouse.milvus.rest",
                    "io.gatehouse.milvus.grpc",
                    "io.gatehouse.management")
            .should()
            .bePublic();

    @ArchTest
    static final ArchRule settingsAreCalledSo = classes()
            .that()
            .areAnnotatedWith(ConfigurationProperties.class)
            .should()
            .haveSimpleNameEndingWith("Settings");

    @ArchTest
    static final ArchRule eachModuleHasOneRecordForAPrefix = classes()
            .that()
            .areAnnotatedWith(ConfigurationProperties.class)
            .should(new ArchCondition<>("be the only one of their package with their prefix") {

                private final Set<String> seen = new HashSet<>();

                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    String prefix = type.getAnnotationOfType(ConfigurationProperties.class)
                            .value();
                    boolean first = seen.add(type.getPackageName() + " " + prefix);
                    events.add(new SimpleConditionEvent(
                            type, first, type.getName() + " is not the only one with the prefix " + prefix));
                }
            });

    @ArchTest
    static final ArchRule valuesDoNotChange =
            fields().that().areDeclaredInClassesThat().areRecords().should().beFinal();

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes()
            .should(new ArchCondition<>("be in a @NullMarked package") {

                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                    events.add(new SimpleConditionEvent(
                            type, marked, type.getName() + " is in a package without @NullMarked"));
                }
            });

    @Test
    void modulesWhenVerifiedThenKeepTheirDeclaredDependencies() {
        ApplicationModules.of(GatehouseApplication.class).verify();
    }

    /** Nested classes belong to the file. Also references to constants count: javac leaves the name of their class (JDK-7153958). */
    @Test
    void filesWhenTheyUseEachOtherThenNotInACircle() {
        Map<String, Set<String>> used = usedFiles();

        assertThat(used).containsKey(GatehouseApplication.class.getName());
        assertThat(used.keySet().stream()
                        .filter(file -> reachable(used, file).contains(file))
                        .map(file -> file + " -> " + used.get(file)))
                .isEmpty();
    }

    private static Map<String, Set<String>> usedFiles() {
        var printed = new StringWriter();
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(printed),
                        new PrintWriter(printed),
                        "-v",
                        "-filter:none",
                        "--ignore-missing-deps",
                        "-e",
                        "io\\.gatehouse\\..*",
                        Path.of("target", "classes", "io", "gatehouse").toString());
        assertThat(status).as(printed.toString()).isZero();
        Map<String, Set<String>> used = new TreeMap<>();
        Pattern.compile("^ +(io\\.gatehouse\\.[\\w.]+)\\S* +-> +(io\\.gatehouse\\.[\\w.]+)", Pattern.MULTILINE)
                .matcher(printed.toString())
                .results()
                .filter(use -> !use.group(1).equals(use.group(2)))
                .forEach(use -> used.computeIfAbsent(use.group(1), any -> new TreeSet<>())
                        .add(use.group(2)));
        return used;
    }

    private static Set<String> reachable(Map<String, Set<String>> used, String from) {
        Set<String> reachable = new HashSet<>();
        Deque<String> ahead = new ArrayDeque<>(used.get(from));
        while (!ahead.isEmpty()) {
            String next = ahead.remove();
            if (reachable.add(next)) {
                ahead.addAll(used.getOrDefault(next, Set.of()));
            }
        }
        return reachable;
    }

    @Test
    void documentationWhenGeneratedThenShowsTheModules() {
        var documenter = new Documenter(
                ApplicationModules.of(GatehouseApplication.class),
                Documenter.Options.defaults()
                        .withOutputFolder(Path.of("target", "modules").toString()));

        documenter.writeModulesAsPlantUml();
    }
}
