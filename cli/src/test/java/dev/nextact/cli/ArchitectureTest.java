package dev.nextact.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md. */
class ArchitectureTest {

    private static final ArchRule MODULES_DEPEND_IN_ONE_DIRECTION =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("core")
                    .definedBy("dev.nextact.core..")
                    .layer("simulator")
                    .definedBy("dev.nextact.simulator..")
                    .layer("data")
                    .definedBy("dev.nextact.data..")
                    .layer("model")
                    .definedBy("dev.nextact.model..")
                    .layer("train")
                    .definedBy("dev.nextact.train..")
                    .layer("predict")
                    .definedBy("dev.nextact.predict..")
                    .layer("evaluate")
                    .definedBy("dev.nextact.evaluate..")
                    .layer("serve")
                    .definedBy("dev.nextact.serve..")
                    .layer("cli")
                    .definedBy("dev.nextact.cli..")
                    .whereLayer("cli")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("simulator")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("evaluate")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("serve")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("train")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("predict")
                    .mayOnlyBeAccessedByLayers("evaluate", "serve", "cli")
                    .whereLayer("data")
                    .mayOnlyBeAccessedByLayers("train", "evaluate", "cli")
                    .whereLayer("model")
                    .mayOnlyBeAccessedByLayers("train", "predict", "evaluate", "serve", "cli");

    private static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.nextact.(**)").should().beFreeOfCycles();

    private static final ArchRule ONLY_TRAINING_USES_LIBTORCH =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.nextact.train..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bytedeco..");

    private static final ArchRule ONLY_PREDICTION_AND_TEXT_USE_ONNX_RUNTIME =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("dev.nextact.predict..", "dev.nextact.text..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("ai.onnxruntime..");

    private static final ArchRule ONLY_SERVING_USES_A_WEB_SERVER_AND_ITS_STORES =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.nextact.serve..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.javalin..", "org.eclipse.jetty..", "org.rocksdb..", "io.lettuce..");

    private static final ArchRule SQL_STAYS_WITH_DATA_AND_BUNDLE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("dev.nextact.data..", "dev.nextact.model.bundle..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "org.duckdb..");

    private static final ArchRule NOTHING_HERE_NEEDS_SPARK =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.spark..");

    private static final ArchRule NOTHING_IS_SERIALISED_BY_JAVA =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.ObjectOutputStream")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.ObjectInputStream");

    private static final ArchRule PACKAGES_ARE_NULL_SAFE =
            classes()
                    .that()
                    .haveSimpleName("package-info")
                    .should()
                    .beAnnotatedWith(NullMarked.class);

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.nextact");

    @Test
    void modulesDependInOneDirection() {
        MODULES_DEPEND_IN_ONE_DIRECTION.check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        PACKAGES_HAVE_NO_CYCLES.check(CLASSES);
    }

    @Test
    void onlyTrainingUsesLibtorch() {
        ONLY_TRAINING_USES_LIBTORCH.check(CLASSES);
    }

    @Test
    void onlyPredictionAndTextUseOnnxRuntime() {
        ONLY_PREDICTION_AND_TEXT_USE_ONNX_RUNTIME.check(CLASSES);
    }

    @Test
    void onlyServingUsesAWebServerAndItsStores() {
        ONLY_SERVING_USES_A_WEB_SERVER_AND_ITS_STORES.check(CLASSES);
    }

    @Test
    void sqlStaysWithDataAndBundle() {
        SQL_STAYS_WITH_DATA_AND_BUNDLE.check(CLASSES);
    }

    @Test
    void nothingHereNeedsSpark() {
        NOTHING_HERE_NEEDS_SPARK.check(CLASSES);
    }

    @Test
    void nothingIsSerialisedByJava() {
        NOTHING_IS_SERIALISED_BY_JAVA.check(CLASSES);
    }

    @Test
    void packagesAreNullSafe() {
        PACKAGES_ARE_NULL_SAFE.check(CLASSES);
    }
}
