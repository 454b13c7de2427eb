package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Patients whose visits hold several codes at one time: a diagnosis, then its procedures. The law:
 * with probability {@value #BY_AGE} the first procedure is the one for the diagnosis at the
 * patient's age, else any of the department; with {@value #ROUTINE} the department's routine
 * follows; with {@value #STAYS} the next visit has the same diagnosis. The days to the next visit
 * are the diagnosis' own, times a factor of the age. Half of the patients come once or twice, so
 * that few codes before tell the age.
 */
final class Clinic implements World {

    static final double BY_AGE = 0.85;
    static final double ROUTINE = 0.5;
    static final double STAYS = 0.6;

    private static final List<String> DEPARTMENTS =
            List.of("cardiology", "orthopaedics", "dermatology", "neurology");

    private static final List<String> ROUTINES = List.of("ecg", "x-ray", "swab", "reflex test");

    private static final int DIAGNOSES_OF_DEPARTMENT = 4;
    static final int DIAGNOSES = DEPARTMENTS.size() * DIAGNOSES_OF_DEPARTMENT;

    private enum Age {
        CHILD(3, 15, 0.5, 0),
        ADULT(18, 64, 1, 1),
        SENIOR(65, 95, 2, 2);

        private final int youngest;
        private final int oldest;

        /** Of the days to the next visit. */
        private final double wait;

        /** Which of a department's procedures, counted from that of the diagnosis. */
        private final int procedure;

        Age(int youngest, int oldest, double wait, int procedure) {
            this.youngest = youngest;
            this.oldest = oldest;
            this.wait = wait;
            this.procedure = procedure;
        }
    }

    /** Days to the next visit, by the diagnosis' place in its department. */
    private static final double[] WAIT_DAYS = {4, 10, 20, 40};

    private static final double[] VISITS = {0.3, 0.2, 0.1, 0.1, 0.3};
    private static final int MANY_VISITS = 8;

    private static final class Patient {
        final Chance chance;
        final Age age;
        final int years;
        final String sex;
        int visitsLeft;
        int diagnosis;

        Patient(long seed, int number) {
            chance = Chance.of(seed, number);
            age = chance.of(List.of(Age.values()));
            years = age.youngest + chance.below(age.oldest - age.youngest + 1);
            sex = chance.of(List.of("female", "male"));
            int visits = chance.weighted(VISITS);
            visitsLeft = visits == VISITS.length - 1 ? MANY_VISITS : visits + 1;
            diagnosis = chance.below(DIAGNOSES);
        }
    }

    private final List<Patient> patients = new ArrayList<>();
    private final long end;

    Clinic(SimulationSettings settings) {
        end = settings.days() * Chance.DAY;
        for (int patient = 0; patient < settings.users(); patient++) {
            patients.add(new Patient(settings.seed(), patient));
        }
    }

    @Override
    public String log() {
        return "visits.csv";
    }

    @Override
    public String columns() {
        return "patient,code,kind,time,department,visit";
    }

    @Override
    public int items() {
        return 2 * DIAGNOSES + DEPARTMENTS.size();
    }

    @Override
    public long arrives(int patient) {
        Chance chance = patients.get(patient).chance;
        return chance.below((int) (end / Chance.DAY)) * Chance.DAY
                + 8 * 3600
                + chance.below(9 * 60) * 60L;
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Patient patient = patients.get(number);
        Chance chance = patient.chance;
        int diagnosis = patient.diagnosis;
        int department = diagnosis / DIAGNOSES_OF_DEPARTMENT;
        int procedure =
                chance.happens(BY_AGE)
                        ? procedure(diagnosis, patient.age)
                        : department * DIAGNOSES_OF_DEPARTMENT
                                + chance.below(DIAGNOSES_OF_DEPARTMENT);
        String visit = "v" + (100_001 + number) + "-" + patient.visitsLeft;
        Object[][] codes = {
            {code("D", diagnosis), "diagnosis"},
            {code("P", procedure), "procedure"},
            {code("R", department), "procedure"}
        };
        int many = chance.happens(ROUTINE) ? 3 : 2;
        for (int i = 0; i < many; i++) {
            rows.add(
                    "p" + (100_001 + number),
                    codes[i][0],
                    codes[i][1],
                    SimulateWorld.time(second),
                    DEPARTMENTS.get(department),
                    visit);
        }
        if (!chance.happens(STAYS)) {
            patient.diagnosis = chance.below(DIAGNOSES);
        }
        if (--patient.visitsLeft == 0) {
            return end;
        }
        double days =
                WAIT_DAYS[diagnosis % DIAGNOSES_OF_DEPARTMENT]
                        * patient.age.wait
                        * (0.8 + 0.4 * chance.share());
        long day = second / Chance.DAY + Math.max(1, Math.round(days));
        return day * Chance.DAY + 8 * 3600 + chance.below(9 * 60) * 60L;
    }

    /** The one for a diagnosis at an age: three ages, three procedures of the department. */
    private static int procedure(int diagnosis, Age age) {
        int department = diagnosis / DIAGNOSES_OF_DEPARTMENT;
        return department * DIAGNOSES_OF_DEPARTMENT
                + (diagnosis + age.procedure) % DIAGNOSES_OF_DEPARTMENT;
    }

    private static String code(String kind, int number) {
        return kind + (101 + number);
    }

    @Override
    public Map<String, List<String>> tables() {
        List<String> people = new ArrayList<>(List.of("patient,age,age_group,sex"));
        for (int number = 0; number < patients.size(); number++) {
            Patient patient = patients.get(number);
            people.add(
                    "p"
                            + (100_001 + number)
                            + ","
                            + patient.years
                            + ","
                            + patient.age.name().toLowerCase(Locale.ROOT)
                            + ","
                            + patient.sex);
        }
        List<String> codes = new ArrayList<>(List.of("code,kind,department,name"));
        for (int i = 0; i < DIAGNOSES; i++) {
            String department = DEPARTMENTS.get(i / DIAGNOSES_OF_DEPARTMENT);
            int place = i % DIAGNOSES_OF_DEPARTMENT + 1;
            codes.add(
                    code("D", i)
                            + ",diagnosis,"
                            + department
                            + ","
                            + department
                            + " case "
                            + place);
            codes.add(
                    code("P", i)
                            + ",procedure,"
                            + department
                            + ","
                            + department
                            + " treatment "
                            + place);
        }
        for (int i = 0; i < ROUTINES.size(); i++) {
            codes.add(code("R", i) + ",routine," + DEPARTMENTS.get(i) + "," + ROUTINES.get(i));
        }
        return Map.of("patients.csv", people, "codes.csv", codes);
    }
}
