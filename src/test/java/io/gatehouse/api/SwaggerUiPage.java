package io.gatehouse.api;

import static org.openqa.selenium.support.ui.ExpectedConditions.elementToBeClickable;
import static org.openqa.selenium.support.ui.ExpectedConditions.invisibilityOfElementLocated;
import static org.openqa.selenium.support.ui.ExpectedConditions.presenceOfElementLocated;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Swagger UI in a real, headless Chromium, driven as a person would: by its buttons and fields.
 *
 * <p>Browser and driver are Debian's, or those of the system properties {@code gatehouse.chromium} and {@code
 * gatehouse.chromedriver}.
 */
final class SwaggerUiPage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern API_REFUSAL = Pattern.compile(
            "http://localhost:\\d+/api/v1/\\S+ - Failed to load resource: the server responded with a status of 4\\d\\d .*");

    private static final By AUTHORIZE = By.cssSelector(".auth-wrapper > .btn.authorize");
    private static final By EXAMPLE = By.cssSelector(".highlight-code code");
    private static final By DIALOG = By.cssSelector(".dialog-ux .modal-ux");
    private static final By DIALOG_TOKEN = By.cssSelector(".dialog-ux input[type=text]");
    private static final By DIALOG_SUBMIT = By.cssSelector(".dialog-ux button[type=submit]");
    private static final By DIALOG_LOGOUT = By.xpath("//*[contains(@class,'dialog-ux')]//button[text()='Logout']");
    private static final By DIALOG_CLOSE = By.cssSelector(".dialog-ux .btn-done");

    private final ChromeDriver browser;
    private final WebDriverWait wait;

    private SwaggerUiPage(ChromeDriver browser) {
        this.browser = browser;
        this.wait = new WebDriverWait(browser, PATIENCE);
    }

    /** An answer as the page shows it; the body is empty where it shows none. */
    record Shown(int status, String body) {

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    static SwaggerUiPage launch(Path profile) {
        var logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(System.getProperty("gatehouse.chromium", "/usr/bin/chromium"));
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--window-size=1280,1750",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logging);
        ChromeDriverService driver = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(System.getProperty("gatehouse.chromedriver", "/usr/bin/chromedriver")))
                .build();
        return new SwaggerUiPage(new ChromeDriver(driver, options));
    }

    void open(URI address) {
        browser.get(address.toString());
        wait.until(elementToBeClickable(AUTHORIZE));
        wait.until(presenceOfElementLocated(By.cssSelector(".opblock")));
    }

    /** Gives the token in the Authorize dialog, instead of an earlier one. */
    void authorize(String token) {
        click(AUTHORIZE);
        wait.until(presenceOfElementLocated(DIALOG));
        if (!browser.findElements(DIALOG_LOGOUT).isEmpty()) {
            click(DIALOG_LOGOUT);
        }
        paste(wait.until(elementToBeClickable(DIALOG_TOKEN)), token);
        click(DIALOG_SUBMIT);
        wait.until(presenceOfElementLocated(DIALOG_LOGOUT));
        click(DIALOG_CLOSE);
        wait.until(invisibilityOfElementLocated(DIALOG));
    }

    /** What the Authorize dialog says. */
    String authorizeDialog() {
        click(AUTHORIZE);
        String text = wait.until(presenceOfElementLocated(DIALOG)).getText();
        click(DIALOG_CLOSE);
        return text;
    }

    boolean isAuthorized() {
        return !classes(browser.findElement(AUTHORIZE)).contains("unlocked");
    }

    Shown execute(String operationId, List<String> pathParameters) {
        return execute(operationId, pathParameters, null);
    }

    /** Opens the operation, tries it out and reads the answer that the page then shows. */
    Shown execute(String operationId, List<String> pathParameters, @Nullable String body) {
        WebElement operation = openOperation(operationId);
        if (operation.findElements(By.cssSelector(".try-out__btn.cancel")).isEmpty()) {
            operation.findElement(By.cssSelector(".try-out__btn")).click();
        }
        List<WebElement> inputs = operation.findElements(By.cssSelector("tr[data-param-in=path] :is(input, select)"));
        for (int i = 0; i < pathParameters.size(); i++) {
            fill(inputs.get(i), pathParameters.get(i));
        }
        if (body != null) {
            fill(operation.findElement(By.cssSelector("textarea.body-param__text")), body);
        }
        operation.findElements(By.cssSelector(".btn-clear")).stream()
                .findFirst()
                .ifPresent(WebElement::click);
        operation.findElement(By.cssSelector(".btn.execute")).click();
        By status = By.cssSelector(".live-responses-table .response .response-col_status");
        wait.until(page -> !operation.findElements(status).isEmpty());
        return new Shown(
                Integer.parseInt(operation.findElement(status).getText().strip().substring(0, 3)),
                shownBody(operation));
    }

    /** The names of the groups of operations, from the top of the page. */
    List<String> groups() {
        return browser.findElements(By.cssSelector(".opblock-tag")).stream()
                .map(group -> Objects.requireNonNull(group.getDomAttribute("data-tag")))
                .toList();
    }

    /** What the page shows under each documented status of an operation. */
    Map<String, String> examples(String operationId) {
        WebElement operation = openOperation(operationId);
        return operation.findElements(By.cssSelector("tr.response[data-code]")).stream()
                .filter(row -> !row.findElements(EXAMPLE).isEmpty())
                .collect(Collectors.toMap(
                        row -> Objects.requireNonNull(row.getDomAttribute("data-code")),
                        row -> Objects.requireNonNull(row.findElement(EXAMPLE).getDomProperty("textContent"))));
    }

    /**
     * The warnings and errors in the browser's console, such as violations of the Content-Security-Policy. That the API
     * refused something is none: the browser notes each such answer, and the page shows it.
     */
    List<String> consoleErrors() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !API_REFUSAL.matcher(message).matches())
                .toList();
    }

    /** Everything that outlives the page in this browser. */
    String stored() {
        return Objects.requireNonNull(browser.executeScript(
                        "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"))
                .toString();
    }

    /** What a script of the page is told of how to log in. */
    String challenges(String path) {
        return Objects.requireNonNull(browser.executeAsyncScript(
                        "fetch(arguments[0]).then(answer => arguments[1](answer.headers.get('WWW-Authenticate')))",
                        path))
                .toString();
    }

    /** The page from its top, as much as the window shows. */
    byte[] screenshot() {
        browser.executeScript("document.activeElement.blur(); window.scrollTo(0, 0)");
        return browser.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        browser.quit();
    }

    /** Closes the others: the page renders all that is open again at every step. */
    private WebElement openOperation(String operationId) {
        WebElement operation =
                wait.until(presenceOfElementLocated(By.cssSelector(".opblock[id$='-" + operationId + "']")));
        if (!classes(operation).contains("is-open")) {
            browser.findElements(By.cssSelector(".opblock.is-open")).forEach(SwaggerUiPage::toggle);
            toggle(operation);
            wait.until(page ->
                    !operation.findElements(By.cssSelector(".try-out__btn")).isEmpty());
        }
        return operation;
    }

    private static void toggle(WebElement operation) {
        operation.findElement(By.cssSelector(".opblock-summary-control")).click();
    }

    private static String shownBody(WebElement operation) {
        return operation.findElements(By.cssSelector(".live-responses-table .response .highlight-code code")).stream()
                .findFirst()
                .map(code -> Objects.requireNonNull(code.getDomProperty("textContent")))
                .orElse("");
    }

    private static List<String> classes(WebElement element) {
        return List.of(Objects.requireNonNull(element.getDomAttribute("class")).split("\\s+", -1));
    }

    private void fill(WebElement field, String text) {
        if (field.getTagName().equals("select")) {
            field.findElement(By.cssSelector("option[value='" + text + "']")).click();
            return;
        }
        field.clear();
        paste(field, text);
    }

    /** The page renders itself for every key. */
    private void paste(WebElement field, String text) {
        field.click();
        browser.executeCdpCommand("Input.insertText", Map.of("text", text));
    }

    private void click(By element) {
        wait.until(elementToBeClickable(element)).click();
    }
}
