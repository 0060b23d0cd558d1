// The peers' workload for Drools: one new session a decision, one rule a condition. Reads documents from standard input as
// drools.py writes them; prints, tab-separated, how many it decided wrongly and the median of each round in microseconds.

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.drools.model.Variable;
import org.drools.model.functions.Predicate1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;

public class Drools {
    static final int ROUNDS = 5;
    static final long WARM_UP = 4_000_000_000L; // nanoseconds
    static final Set<String> DISTRICTS = Set.of("海淀区", "朝阳区", "西城区", "东城区", "丰台区", "石景山区");
    static final Set<String> BANKS = Set.of("ICBC", "CCB", "ABC", "BOC", "BCM", "PSBC", "CMB", "BRCB");
    static final int[] LIMITS = {3000, 5400, 7500, 9400, 11000, 12500};
    static final Pattern ID_NO = Pattern.compile("[1-9][0-9]{16}[0-9Xx]");

    public record Limit(int size, int amount) {}

    public record Outcome(String condition, boolean known) {}

    public record Application(
            String today, String name, String idNo, String birthDate, String bank, String cardName, String cardIdNo,
            String cardValidUntil, String hukouValidUntil, String district, int size, int income, int base, int months,
            int paid, int amount, int level, boolean declared, boolean receivesOther, List<String> dependants,
            String expected) {}

    public static void main(String[] arguments) throws Exception {
        KieBase base = KieBaseBuilder.createKieBaseFromModel(model());
        List<Application> applications = applications();
        int wrong = 0;
        for (Application each : applications) if (!decide(base, each).equals(each.expected())) wrong++;
        System.out.println("disagreements\t" + wrong);
        long end = System.nanoTime() + WARM_UP;
        while (System.nanoTime() < end) for (Application each : applications) decide(base, each);
        for (int round = 0; round < ROUNDS; round++) {
            long[] times = new long[applications.size()];
            for (int at = 0; at < times.length; at++) {
                long started = System.nanoTime();
                decide(base, applications.get(at));
                times[at] = System.nanoTime() - started;
            }
            Arrays.sort(times);
            System.out.printf(Locale.ROOT, "Drools, a new session each\t%.2f%n", times[times.length / 2] / 1e3);
        }
        System.exit(0);
    }

    static String decide(KieBase base, Application application) {
        KieSession session = base.newKieSession();
        for (int at = 0; at < LIMITS.length; at++) session.insert(new Limit(at + 1, LIMITS[at]));
        session.insert(application);
        session.fireAllRules();
        Set<String> passed = new HashSet<>();
        boolean unknown = false;
        for (Object each : session.getObjects()) {
            if (each instanceof Outcome outcome) {
                if (outcome.known()) passed.add(outcome.condition());
                else unknown = true;
            }
        }
        session.dispose();
        if (passed.size() + (unknown ? 1 : 0) < 12) return "reject";
        return unknown ? "review" : "approve";
    }

    static ModelImpl model() {
        ModelImpl model = new ModelImpl();
        add(model, "c01", true, each -> age(each.birthDate(), each.today()) >= 80);
        add(model, "c02", true, each -> DISTRICTS.contains(each.district()));
        add(model, "c03", true, each -> each.cardValidUntil().compareTo(each.today()) >= 0);
        add(model, "c04", true, each -> each.name().equals(each.cardName()));
        add(model, "c06", true, each -> BANKS.contains(each.bank()));
        add(model, "c07", true, each -> each.dependants().stream().anyMatch(born -> age(born, each.today()) < 18));
        add(model, "c08", true, each -> each.amount() <= each.base() * each.months() - each.paid());
        add(model, "c09", true, each -> ID_NO.matcher(each.idNo()).matches());
        add(model, "c10", true, each -> each.declared() && !each.receivesOther());
        add(model, "c11", true, each -> each.level() == 1 || each.level() == 2);
        add(model, "c11", false, each -> each.level() == 0);
        add(model, "c12", true,
                each -> each.cardIdNo().equals(each.idNo()) && each.hukouValidUntil().compareTo(each.today()) >= 0);
        Variable<Application> application = declarationOf(Application.class);
        Variable<Limit> limit = declarationOf(Limit.class);
        model.addRule(rule("c05").build(
                pattern(application),
                pattern(limit)
                        .expr(application, (row, each) -> row.size() == Math.min(each.size(), LIMITS.length))
                        .expr(application, (row, each) -> each.income() <= row.amount()),
                on(application).execute((drools, each) -> drools.insert(new Outcome("c05", true)))));
        return model;
    }

    static void add(ModelImpl model, String condition, boolean known, Predicate1<Application> test) {
        Variable<Application> application = declarationOf(Application.class);
        model.addRule(rule(condition + (known ? "" : "-unknown")).build(
                pattern(application).expr(test),
                on(application).execute((drools, each) -> drools.insert(new Outcome(condition, known)))));
    }

    static int age(String birthDate, String today) {
        return Period.between(LocalDate.parse(birthDate), LocalDate.parse(today)).getYears();
    }

    static List<Application> applications() throws Exception {
        List<Application> found = new ArrayList<>();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = input.readLine()) != null; ) {
            String[] f = line.split("\t", -1);
            List<String> dependants = f[19].isEmpty() ? List.of() : List.of(f[19].split(","));
            found.add(new Application(
                    f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], number(f[10]), number(f[11]),
                    number(f[12]), number(f[13]), number(f[14]), number(f[15]), number(f[16]), f[17].equals("True"),
                    f[18].equals("True"), dependants, f[20]));
        }
        return found;
    }

    static int number(String text) {
        return Integer.parseInt(text);
    }
}
