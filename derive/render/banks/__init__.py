"""Banks of questions for the quizzes of Moodle, Canvas and of what reads QTI."""
