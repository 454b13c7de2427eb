@echo off
rem nextact: builds what is missing, then runs the command line. See the file nextact for the variables.
setlocal EnableExtensions DisableDelayedExpansion
set "NEXTACT_HOME=%~dp0"
set "JAR=%NEXTACT_HOME%cli\target\nextact.jar"
set "LOG=%NEXTACT_HOME%cli\target\build.log"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo nextact: no Java found; set JAVA_HOME to a JDK 17 or newer, or put its java on the PATH 1>&2
  exit /b 1
)
rem --enable-native-access came with Java 17: an older one refuses it.
"%JAVA%" --enable-native-access=ALL-UNNAMED -version >nul 2>&1
if errorlevel 1 (
  echo nextact: "%JAVA%" is older than Java 17; set JAVA_HOME to a newer one 1>&2
  exit /b 1
)

rem Delete cli\target\nextact.jar to have it built anew.
if exist "%JAR%" goto run
where mvn >nul 2>&1
if errorlevel 1 (
  echo nextact: it must be built first, and Maven is not on the PATH; install Maven 3.8 or newer 1>&2
  exit /b 1
)
echo nextact: building nextact ^(first run: downloads libraries, a few minutes^)... 1>&2
if not exist "%NEXTACT_HOME%cli\target" mkdir "%NEXTACT_HOME%cli\target"
pushd "%NEXTACT_HOME%"
call mvn -q -B package -Dmaven.test.skip=true -pl cli -am >"%LOG%" 2>&1
set "BUILT=%ERRORLEVEL%"
popd
if not "%BUILT%"=="0" (
  echo nextact: the build failed; the log is in "%LOG%" 1>&2
  exit /b 1
)

:run
set "SPARK=%NEXTACT_HOME%spark\target\nextact-spark.jar"
set "CLASSES=%JAR%"
if exist "%NEXTACT_HOME%text\target\nextact-text.jar" set "CLASSES=%JAR%;%NEXTACT_HOME%text\target\nextact-text.jar"
set "OPENS="
echo %* | findstr /C:"--engine spark" /C:"--engine=spark" >nul
if not errorlevel 1 if exist "%SPARK%" (
  set "CLASSES=%SPARK%;%CLASSES%"
  for %%P in (java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar) do call set "OPENS=%%OPENS%% --add-opens=java.base/%%P=ALL-UNNAMED"
)
if not defined NEXTACT_JAVA_OPTS set "NEXTACT_JAVA_OPTS=-Xmx2g"
"%JAVA%" %NEXTACT_JAVA_OPTS% -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dfile.encoding=UTF-8 %OPENS% -cp "%CLASSES%" dev.nextact.cli.Main %*
exit /b %ERRORLEVEL%
